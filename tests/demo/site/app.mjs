// The demo webmail's page: like a big one, it never reloads; every view is drawn anew into <main>.
// @ts-check

/** @typedef {{ name: string, size: number }} Listed a file of a message that is read */
/** @typedef {{ id: number, from: string, to: string, subject: string, text: string, files: Listed[], date: number, unread: boolean }} Mail */
/** @typedef {{ name: string, type: string, data: string }} Attached a file of a message that is written; base64 */

const person = location.pathname.split('/').pop() ?? '';
const main = /** @type {HTMLElement} */ (document.querySelector('#main'));
const boxes = /** @type {HTMLElement} */ (document.querySelector('#boxes'));
const AUTOSAVE = 400; // milliseconds after the last key
const MAX_FILE = 5_000_000; // octets; the server refuses more

/**
 * An element with properties and children.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]> & { data?: Record<string, string> }} [properties]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
function make(tag, properties = {}, ...children) {
  const { data, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, data);
  element.append(...children);
  return element;
}

/**
 * @param {string} path
 * @param {string} [method]
 * @param {unknown} [value]
 */
async function ask(path, method = 'GET', value) {
  const json = { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
  const answer = await fetch(`/api/${person}/${path}`, method === 'GET' ? {} : json);
  if (!answer.ok) throw new Error(`the demo server answered ${answer.status}`);
  return answer.json();
}

/** @param {number} octets */
const size = (octets) => `${Math.max(1, Math.round(octets / 1024))} KB`;

/** @param {number} date */
const when = (date) => new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(date);

/** @param {string} address */
const initial = (address) =>
  make('span', { className: `face ${address[0]?.toLowerCase()}`, ariaHidden: 'true' }, address[0] ?? '');

/**
 * The text of an editable element, with its line breaks: `<br>`, `<div>` and `<p>`, whichever the browser chose.
 * @param {Node} node
 */
function textOf(node) {
  let text = '';
  for (const child of node.childNodes) {
    const block = /^(DIV|P|PRE)$/.test(child.nodeName);
    if (block && text && !text.endsWith('\n')) text += '\n';
    if (child.nodeName === 'BR') text += '\n';
    else text += child instanceof Text ? child.data.replaceAll('\u00a0', ' ') : textOf(child);
    if (block && !text.endsWith('\n')) text += '\n';
  }
  return text;
}

/** @param {'inbox' | 'sent'} box */
async function drawList(box) {
  /** @type {Mail[]} */
  const mails = await ask(box);
  const rows = mails.map((mail) => {
    const who = box === 'inbox' ? mail.from : mail.to;
    const row = make(
      'a',
      { className: mail.unread ? 'row unread' : 'row', href: `#${box}/${mail.id}` },
      initial(who),
      make('span', { className: 'who' }, who.replace(/ <.*/, '')),
      make('span', { className: 'subject' }, mail.subject || '(no subject)'),
      make('time', { dateTime: new Date(mail.date).toISOString() }, when(mail.date)),
    );
    return make('li', {}, row);
  });
  const title = box === 'inbox' ? 'Inbox' : 'Sent';
  const empty = make('p', { className: 'empty' }, 'No messages here yet.');
  main.replaceChildren(make('h1', {}, title), rows.length > 0 ? make('ul', { className: 'list' }, ...rows) : empty);
}

/**
 * @param {'inbox' | 'sent'} box
 * @param {string} id
 */
async function drawMail(box, id) {
  /** @type {Mail} */
  const mail = await ask(`${box}/${id}`);
  const [, name = mail.from, address = ''] = /^(.*) <(.*)>$/.exec(mail.from) ?? [];
  /** @param {string} answer @param {string} label @param {() => { to: string, subject: string, text: string }} draft */
  const button = (answer, label, draft) => {
    const one = make('button', { type: 'button', data: { answer } }, label);
    one.addEventListener('click', () => {
      writing = draft();
      location.hash = '#write';
    });
    return one;
  };
  const again = () => mail.subject.replace(/^(Re: )?/, 'Re: ');
  const all = [mail.from, ...mail.to.split(',')].map((one) => one.trim()).filter((one) => !one.includes(me.address));
  const buttons = make(
    'div',
    { className: 'answers' },
    button('reply', 'Reply', () => ({ to: mail.from, subject: again(), text: '' })),
    button('reply_all', 'Reply all', () => ({ to: all.join(', '), subject: again(), text: '' })),
    button('forward', 'Forward', () => ({
      to: '',
      subject: mail.subject.replace(/^(Fwd: )?/, 'Fwd: '),
      text: `\n\n${mail.from} wrote:\n\n${mail.text}`,
    })),
  );
  const files = mail.files.map(({ name, size: octets }, at) => {
    const link = make('a', { className: 'name', href: `/api/${person}/${box}/${id}/file/${at}`, download: name }, name);
    return make('li', {}, link, ' ', make('span', { className: 'size dim' }, size(octets)));
  });
  main.replaceChildren(
    make(
      'article',
      { className: 'mail' },
      make('h1', {}, mail.subject || '(no subject)'),
      make(
        'header',
        {},
        initial(name),
        make(
          'div',
          {},
          make(
            'div',
            { className: 'from' },
            make('strong', {}, name),
            ' ',
            make('a', { href: `mailto:${address}` }, address),
          ),
          make('div', { className: 'dim' }, `to ${mail.to} · ${when(mail.date)}`),
        ),
        buttons,
      ),
      make('div', { className: 'body' }, mail.text),
      ...(files.length > 0 ? [make('ul', { className: 'files' }, ...files)] : []),
    ),
  );
}

/** What the compose form begins with. */
let writing = { to: '', subject: '', text: '' };

/** @returns {Promise<void>} */
async function drawWrite() {
  const to = make('input', { id: 'to', name: 'to', type: 'text', autocomplete: 'off', value: writing.to });
  const subject = make('input', {
    id: 'subject',
    name: 'subject',
    type: 'text',
    autocomplete: 'off',
    value: writing.subject,
  });
  const plain = make('textarea', { id: 'text', name: 'text', value: writing.text, rows: 14 });
  const rich = make('div', {
    id: 'rich',
    contentEditable: 'true',
    role: 'textbox',
    ariaMultiLine: 'true',
    ariaLabel: 'Message',
    hidden: true,
  });
  const useRich = make('input', { id: 'use-rich', type: 'checkbox' });
  const state = make('output', { id: 'state', className: 'dim' }, 'Drafts save themselves.');
  const attach = make('input', { id: 'attach', type: 'file', multiple: true, data: { max: String(MAX_FILE) } });
  const list = make('ul', { className: 'files' });
  /** @type {Attached[]} */
  const files = [];
  /** @param {File} file */
  const add = async (file) => {
    const remove = make('button', { type: 'button', ariaLabel: `Remove ${file.name}` }, '×');
    const item = make(
      'li',
      { ariaBusy: 'true' },
      make('span', { className: 'name' }, file.name),
      ' ',
      make('span', { className: 'size dim' }, size(file.size)),
      ' ',
      remove,
    );
    list.append(item);
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    const attached = { name: file.name, type: file.type, data: btoa(text) };
    remove.addEventListener('click', () => {
      files.splice(files.indexOf(attached), 1);
      item.remove();
    });
    files.push(attached);
    item.ariaBusy = null;
  };
  attach.addEventListener('change', () => {
    delete state.dataset.trouble;
    for (const file of attach.files ?? []) {
      if (file.size <= MAX_FILE) {
        add(file);
        continue;
      }
      state.dataset.trouble = 'too_large';
      state.value = `${file.name} is larger than ${size(MAX_FILE)}.`;
    }
    attach.value = '';
  });
  const send = make('button', { type: 'submit', className: 'primary' }, 'Send');
  const draft = () => ({ to: to.value, subject: subject.value, text: useRich.checked ? textOf(rich) : plain.value });

  let timer = 0;
  const changed = () => {
    clearTimeout(timer);
    state.value = 'Saving …';
    timer = window.setTimeout(async () => {
      const saving = draft();
      await ask('draft', 'PUT', saving);
      state.value = `Draft saved, ${saving.text.length} characters`;
    }, AUTOSAVE);
  };
  const form = make(
    'form',
    { className: 'write' },
    make('h1', {}, 'New message'),
    make('label', { htmlFor: 'to' }, 'To'),
    to,
    make('label', { htmlFor: 'subject' }, 'Subject'),
    subject,
    make('label', { htmlFor: 'text' }, 'Message'),
    make('div', { className: 'editor' }, plain, rich),
    make('label', { htmlFor: 'attach' }, 'Attach'),
    make('div', {}, attach, list),
    make('footer', {}, send, make('label', { className: 'check' }, useRich, ' Rich text'), state),
  );
  form.addEventListener('input', (event) => {
    if (event.target === attach) return;
    if (event.target !== useRich) return changed();
    rich.hidden = !useRich.checked;
    plain.hidden = useRich.checked;
    if (useRich.checked)
      rich.replaceChildren(...plain.value.split('\n').map((line) => make('div', {}, line || make('br'))));
    else plain.value = textOf(rich);
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    const { delivered } = await ask('send', 'POST', { ...draft(), files });
    if (!delivered) {
      state.value = 'Nobody of that name here: write to alice@example.test or bob@example.test.';
      return;
    }
    writing = { to: '', subject: '', text: '' };
    location.hash = '#sent';
  });
  main.replaceChildren(form);
  (writing.to ? plain : to).focus();
}

async function draw() {
  const [view = '', id = ''] = location.hash.slice(1).split('/');
  const box = view === 'sent' ? 'sent' : 'inbox';
  for (const link of boxes.querySelectorAll('a'))
    link.ariaCurrent = link.hash === `#${box}` && view !== 'write' ? 'page' : 'false';
  if (view === 'write') await drawWrite();
  else if (id) await drawMail(box, id);
  else await drawList(box);
  // For a test, or a person with a slow computer: the view on screen is the one asked for.
  main.dataset.view = location.hash;
}

const me = await ask('me');
document.title = `Demo Mail: ${me.name}`;
/** @type {HTMLElement} */ (document.querySelector('#me')).append(
  make('strong', {}, me.name),
  ' ',
  make('span', {}, me.address),
);
boxes.append(make('a', { href: '#inbox' }, 'Inbox'), make('a', { href: '#sent' }, 'Sent'));
document.querySelector('#write')?.addEventListener('click', () => {
  location.hash = '#write';
});
window.addEventListener('hashchange', draw);
if (!location.hash) history.replaceState(null, '', '#inbox');
await draw();
