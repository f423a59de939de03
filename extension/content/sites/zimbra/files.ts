// The files of a mail that is written in Zimbra's classic web client. It has one field for them in its whole page, made when
// the button of a form is first pressed: each press empties it, and ties it to the form of that button.

import { Stopwatch } from '../../../desk/stopwatch.js';
import { click } from '../../compose/fields.js';
import { giveFiles, isSameName, sizeIn } from '../../compose/files.js';
import { pause, until } from '../../compose/wait.js';
import {
  attribute,
  docOf,
  isConnected,
  isDrawn,
  isElement,
  isHtml,
  queryAll,
  queryIn,
  rectOf,
  textContent,
  windowOf,
} from '../../dom.js';
import type { AttachedFile, FileField } from '../index.js';

/** A file that is uploaded has this name in the markup. What stands in its place later is drawn anew. */
const UPLOADING = 'mailAttUploadingSpan';
/** How long the button may be off, in ms: until the file before is in the draft. */
const READY = 20_000;
/** The site takes a second press within half a second for the first one. */
const PRESSES = 3;
const BETWEEN_PRESSES = 700;
/** How long it may take until an upload begins, in ms: the site saves the draft first, and does not say when it could not. */
const BEGIN = 60_000;
/** How long an upload may take, in ms. */
const UPLOAD = 20 * 60_000;
/** How long an upload may have ended without its file in the list, in ms. */
const LISTED = 3_000;
const TURN = 50;

/** `null` where the form has no button for it. */
export function fileField(form: Element): FileField | null {
  const button = () => queryAll(form, '[id^="zb__"][id$="_attachments_btn"]')[0];
  const isReady = () => {
    const now = button();
    return now !== undefined && isOn(now);
  };
  const shown = () => [...queryAll(form, '[id$="_attachments_div"] .AttachmentSpan')];
  // Drawn anew after each upload. The newest first: of two of the same name, that one is ours.
  const list = () => shown().map(asAttached).reverse();
  const count = (file: File) =>
    list().filter(({ name, state }) => state === 'done' && isSameName(name, file.name)).length;
  const trouble = () => {
    const doc = docOf(form);
    const dialogs = doc ? [...queryIn(doc, '[role="alertdialog"]')] : [];
    const said = dialogs.find((one) => isDrawn(one) && rectOf(one).right > 0);
    if (!said) return null;
    // "… would exceed the size limit of 10 MB", in whatever language.
    return sizeIn(textContent(said) ?? '') === null ? 'attach' : 'too_large';
  };

  /** The file was given to the site: waits until it is in the draft. False when that came to nothing. */
  async function isTaken(file: File, before: number): Promise<boolean> {
    const watch = new Stopwatch();
    let begun = false;
    for (let now = 0, heard = 0; now < UPLOAD; now = watch.ms) {
      // Who asked for it sees that by himself.
      if (!isConnected(form)) return true;
      const uploads = !isReady() || list().some(({ state }) => state === 'busy');
      begun ||= !isReady();
      if (uploads) heard = now;
      else if (count(file) > before) return true;
      else if (trouble() || now - heard > LISTED) return false;
      if (!begun && now > BEGIN) return false;
      await pause(TURN);
    }
    return false;
  }

  if (!button()) return null;
  return {
    // The page does not say it.
    max: null,
    list,
    async add(file) {
      const before = count(file);
      let input: HTMLInputElement | undefined;
      for (let presses = 0; !input && presses < PRESSES; presses++) {
        if (presses > 0) await pause(BETWEEN_PRESSES);
        await until(isReady, READY);
        const now = button();
        input = now && isOn(now) ? fieldBehind(now) : undefined;
      }
      if (!input) throw new Error('no field for files');
      giveFiles(input, [file]);
      if (!(await isTaken(file, before))) throw new Error('not taken');
    },
    remove({ element, state }) {
      // What ends an upload ends none: the site looks for it where it is not.
      const [cross] = state === 'done' ? queryAll(element, '.AttachmentClose') : [];
      (cross as HTMLElement | undefined)?.click();
      return cross !== undefined;
    },
    trouble,
  };
}

/** Whether a button of the site's can be pressed. */
export function isOn(button: Element): boolean {
  return isDrawn(button) && !/(?:^|\s)ZDisabled(?:\s|$)/.test(attribute(button, 'class') ?? '');
}

/** Presses the button, which presses the field, and gives that; the browser's own window for choosing files stays shut. */
function fieldBehind(button: Element): HTMLInputElement | undefined {
  const doc = docOf(button);
  const view = doc && windowOf(doc);
  if (!view) return undefined;
  let found: HTMLInputElement | undefined;
  const heard = (event: Event) => {
    const [target] = event.composedPath() as Node[];
    if (!target || !isElement(target) || !isHtml(target, 'input') || attribute(target, 'type') !== 'file') return;
    event.preventDefault();
    found = target as HTMLInputElement;
  };
  view.addEventListener('click', heard, true);
  try {
    click(button);
  } finally {
    view.removeEventListener('click', heard, true);
  }
  return found;
}

/** The link of a file has its whole name; what is drawn of a long one is shortened. */
function asAttached(element: Element): AttachedFile {
  const busy = attribute(element, 'name') === UPLOADING;
  const [link] = queryAll(element, busy ? '.AttProgressSpan1' : 'a.AttLink');
  const text = (of: Element) => textContent(of)?.trim() ?? '';
  return {
    name: (link && (attribute(link, 'title') ?? text(link))) ?? text(element),
    // It is shown, and of what is not known: of the file, or of the file as it is encoded in the mail.
    size: null,
    state: busy ? 'busy' : 'done',
    element,
  };
}
