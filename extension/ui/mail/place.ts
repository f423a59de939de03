// Where a mail is shown, and what can be done with it there: this is a page of the extension. A letter has a place of its
// own (extension/letter/instead); its build takes that file for this one.

import { toBase64 } from '../files.js';
import { expect } from '../vault.js';

/** What can be done with a mail where it is shown. */
export interface Place {
  /** Pictures from the internet can be loaded on a click. */
  readonly loadsPictures: boolean;
  /** A part of the mail can be read by itself. */
  readonly opensParts: boolean;
  /** Loads what draws PDF files; nothing where there is no Worker for it. */
  readonly loadPdf: (() => Promise<unknown>) | undefined;
  /** Hands a key to the keyring, where the user is asked; nothing where there is no keyring. */
  readonly importKey: ((octets: Uint8Array) => Promise<void>) | undefined;
  /** The empty document of the frame that shows HTML; one of both. */
  frame(remote: boolean): { readonly src?: string; readonly srcdoc?: string };
  /** Whether a document is that one, and not the one that every frame begins with. */
  isFrame(doc: Document, remote: boolean): boolean;
}

const page = (remote: boolean): string => (remote ? 'mail-body-remote.html' : 'mail-body.html');

/** The place that this build is for. */
export const place: Place = {
  loadsPictures: true,
  opensParts: true,
  loadPdf: () => import('./pdf-view.js'),
  importKey: async (octets) => {
    await expect('done', { kind: 'stage_import', data: toBase64(octets) });
  },
  frame: (remote) => ({ src: chrome.runtime.getURL(page(remote)) }),
  isFrame: (doc, remote) => doc.URL.endsWith(`/${page(remote)}`),
};
