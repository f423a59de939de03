import { locate, type Query } from './locate.js';
import { until } from './until.js';
import { middle, type Rect, type View } from './view.js';

export type { Query } from './locate.js';

/** A control found anew at each use, so that a page may redraw itself in between. */
export interface Control {
  /** Waits for it to be drawn and enabled, scrolls to it and clicks its middle. */
  click(ms?: number): Promise<void>;
  /** Clicks it, selects what it holds and types this instead. */
  fill(text: string): Promise<void>;
  /** Puts text in at once, as a paste would, for texts too long to type. */
  paste(text: string): Promise<void>;
  /** Chooses the option with this text in a `<select>`. */
  choose(option: string): Promise<void>;
  /** Gives it this value at once, for fields that are typed in the order of the browser's language (dates). */
  set(value: string): Promise<void>;
  /** Gives files to it, if it is a file input (which may be undrawn). */
  upload(files: string[]): Promise<void>;
  /** What it holds: value, or text if it is not a form field. */
  value(): Promise<string>;
  /** Whether it is checked (checkbox, switch, pressed button). */
  checked(): Promise<boolean>;
  /** Whether it is drawn now. */
  exists(): Promise<boolean>;
  /** Whether it is drawn and not disabled now. */
  enabled(): Promise<boolean>;
  /** Waits until it is drawn. */
  visible(ms?: number): Promise<void>;
  /** Waits until it is drawn no more. */
  absent(ms?: number): Promise<void>;
}

interface State {
  rect: Rect;
  enabled: boolean;
  value: string;
  checked: boolean;
}

// Runs inside the page, after `locate`.
function stateOf(element: Element | null, scroll: boolean): State | null {
  if (!element) return null;
  if (scroll) element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  const { x, y, width, height } = element.getBoundingClientRect();
  const field = element as HTMLInputElement;
  const aria = element.getAttribute('aria-checked') ?? element.getAttribute('aria-pressed');
  return {
    rect: { x, y, width, height },
    enabled: !element.matches(':disabled') && element.getAttribute('aria-disabled') !== 'true',
    value: typeof field.value === 'string' ? field.value : (element.textContent ?? ''),
    checked: aria === null ? field.checked === true : aria === 'true',
  };
}

/** A control of a view, by role and name. */
export function control(view: View, query: Query): Control {
  const what = `${query.role} "${query.name}"`;
  const element = `(${String(locate)})(${JSON.stringify(query)})`;
  const state = async (scroll = false) =>
    (await view.run(`(${String(stateOf)})(${element}, ${scroll})`)) as State | null;

  const act = async (act: string) => view.run(`((element) => { ${act} })(${element})`);

  const self: Control = {
    async click(ms) {
      // Twice at the same place: a control that still moves (layout, transition) is not clicked yet.
      let before = '';
      const { rect } = await until(
        `${what} can be clicked`,
        async () => {
          const found = await state(true);
          const place = JSON.stringify(found?.rect);
          const still = place === before;
          before = place;
          return found?.enabled && still ? found : null;
        },
        ms,
      );
      const aim = async () => {
        const found = await state(true);
        return found && middle(found.rect);
      };
      await view.clickAt(middle(rect), { aim, target: element });
    },
    async fill(text) {
      await self.click();
      await view.focused(element, what);
      await view.press('Control+a');
      if (text === '') await view.press('Delete');
      else await view.type(text);
    },
    async paste(text) {
      await self.click();
      await act(`element.focus(); (element.getRootNode().activeElement ?? element).ownerDocument
        .execCommand('insertText', false, ${JSON.stringify(text)})`);
    },
    async choose(option) {
      // What there is to choose from may come later than the field.
      const chosen = `const option = [...(element?.options ?? [])].find((o) => o.textContent.trim() === ${JSON.stringify(option)});
        if (!option) return false;
        element.value = option.value;
        element.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
        element.dispatchEvent(new Event('change', { bubbles: true }));
        return true;`;
      await until(`${what} offers "${option}"`, () => act(chosen));
    },
    async set(value) {
      await self.visible();
      await act(`element.value = ${JSON.stringify(value)};
        element.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
        element.dispatchEvent(new Event('change', { bubbles: true }));`);
    },
    upload: (files) => view.upload(`(${String(locate)})(${JSON.stringify({ ...query, undrawn: true })})`, files),
    value: async () => (await state())?.value ?? '',
    checked: async () => (await state())?.checked ?? false,
    exists: async () => (await state()) !== null,
    enabled: async () => (await state())?.enabled ?? false,
    visible: async (ms) => void (await until(`${what} is there`, () => self.exists(), ms)),
    absent: async (ms) => void (await until(`${what} is gone`, async () => !(await self.exists()), ms)),
  };
  return self;
}

/** A button by its name. */
export const button = (view: View, name: string): Control => control(view, { role: 'button', name });
/** An input, textarea, select or editable element by its label. */
export const field = (view: View, name: string): Control => control(view, { role: 'field', name });
/** A checkbox, radio button or switch by its label. */
export const toggle = (view: View, name: string): Control => control(view, { role: 'switch', name });
/** A link by its text. */
export const link = (view: View, name: string): Control => control(view, { role: 'link', name });
