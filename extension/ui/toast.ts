// One line at the foot of the page that says what was done, for eyes and screen readers alike.

/** Something the user can still do about it. */
export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
  /** Where it is there, the button has the focus at once; this gives the focus to something else when the line goes meanwhile. */
  readonly after?: () => void;
}

// Long enough to read and to reach an "Undo" by keyboard; it stays while it has focus or pointer.
const PLAIN_MS = 6_000;
const ACTION_MS = 30_000;

// The region must be there before its text is, or screen readers say nothing.
const region = document.createElement('div');
region.className = 'toast';
region.setAttribute('role', 'status');
document.body.append(region);
let timer: ReturnType<typeof setTimeout> | undefined;
let after: (() => void) | undefined;

/** Says `text`; an earlier line gives way. */
export function toast(text: string, action?: ToastAction): void {
  const line = document.createElement('span');
  line.textContent = text;
  const parts: HTMLElement[] = [line];
  if (action) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = action.label;
    button.addEventListener('click', () => {
      region.replaceChildren();
      action.run();
    });
    parts.push(button);
  }
  const left = region.contains(document.activeElement) ? after : undefined;
  region.replaceChildren(...parts);
  left?.();
  after = action?.after;
  if (after) region.querySelector('button')?.focus();
  clearTimeout(timer);
  const clear = () => {
    if (region.matches(':hover') || region.contains(document.activeElement)) timer = setTimeout(clear, PLAIN_MS);
    else region.replaceChildren();
  };
  timer = setTimeout(clear, action ? ACTION_MS : PLAIN_MS);
}
