// The little that the harness uses of Firefox's privileged world. Nothing of it exists outside of
// `Bidi.privileged`, whose functions run in the browser's own window.

interface XulBrowser extends HTMLElement {
  messageManager: {
    addMessageListener(name: string, listener: (message: { data: { json?: string; error?: string } }) => void): void;
    removeMessageListener(name: string, listener: unknown): void;
    loadFrameScript(url: string, later: boolean): void;
  };
  browsingContext: {
    currentWindowGlobal: { drawSnapshot(rect: null, scale: number, background: string): Promise<ImageBitmap> };
  };
  webProgress: { isLoadingDocument: boolean };
  closest(selector: 'panel'): (HTMLElement & { state: string; hidePopup(): void }) | null;
  closest(selector: string): HTMLElement | null;
}

interface PrivilegedExtension {
  /** How far it has come, in words. */
  state: string;
  views: Iterable<{ viewType: string; xulBrowser: XulBrowser }>;
  backgroundState: string;
  terminateBackground(options: { disableResetIdleForTest: boolean }): Promise<void>;
  /** The background's page while it runs. */
  readonly backgroundContext?: object;
  wakeupBackground(): Promise<void>;
  /** The new version that waits. */
  readonly upgrade?: { readonly installed?: boolean };
}

declare const WebExtensionPolicy: { getByID(id: string): { extension: PrivilegedExtension } };
declare const ChromeUtils: { importESModule(url: string): unknown };
declare const Services: {
  prefs: { setIntPref(name: string, value: number): void };
  wm: { getEnumerator(type: string): Iterable<unknown> };
};
declare const PopupNotifications: { panel: { state: string } };
