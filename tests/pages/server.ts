import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** Armored texts that the pages show, made by the test: real, so that a reader can open them. */
export interface Armor {
  message: string;
  signed: string;
  key: string;
}

/** What each page is there for, and how many blocks a reader has to find in it (with all its frames). */
export const PAGES = {
  textarea: { about: 'a compose form with a textarea', blocks: 0 },
  contenteditable: { about: 'a compose form with an editable div', blocks: 0 },
  'iframe-design': { about: 'an editor in an about:blank frame with designMode', blocks: 0 },
  'iframe-srcdoc': { about: 'an editor in a srcdoc frame with an editable body', blocks: 0 },
  'iframe-address': { about: 'an editor in a frame with an address of its own', blocks: 0 },
  'plain-br': { about: 'plain text whose lines end in <br> only', blocks: 1 },
  divs: { about: 'one <div> for each line, as rich editors send it', blocks: 1 },
  quoted: { about: 'a reply that quotes a message', blocks: 1 },
  several: { about: 'a message, a key and a signed text, with words between', blocks: 3 },
  split: { about: 'a message broken up by spans, soft hyphens and no-break spaces', blocks: 1 },
  hidden: { about: 'armor only where nobody sees it: attributes, comments, scripts, hidden parts, fields', blocks: 0 },
  sandboxed: { about: 'message bodies in sandboxed srcdoc frames', blocks: 1 },
  frames: { about: 'a message two frames deep', blocks: 1 },
  javascript: { about: 'a message in a frame made by javascript:', blocks: 1 },
  swap: { about: 'a webmail that swaps its content without a reload', blocks: 0 },
  big: { about: '20,000 nodes without PGP', blocks: 0 },
  restless: { about: 'a message in a shadow tree, behind rows that go while they are looked at', blocks: 1 },
  'big-with': { about: '20,000 nodes and one message in the middle', blocks: 1 },
} as const;
export type PageName = keyof typeof PAGES;

/** Forms to write a mail in, in the folder `editors`: real editors where their licence allows, else what they are like. */
export const EDITORS = {
  textarea: 'a textarea',
  contenteditable: 'an editable element',
  srcdoc: 'the body of a srcdoc frame',
  javascript: 'the body of a javascript: frame',
  shadow: 'an editable element in an open shadow tree',
  quill: 'Quill',
  squire: 'Squire',
  prosemirror: 'ProseMirror with line breaks',
  'prosemirror?plain': 'ProseMirror with paragraphs only',
  tiptap: 'TipTap',
  ckeditor4: 'the structure of CKEditor 4',
  ckeditor5: 'the structure and ways of CKEditor 5',
} as const;
export type EditorName = keyof typeof EDITORS;

/** The structure pages, served. */
export interface Pages {
  url(name: PageName | `editors/${EditorName}` | `sites/${string}`): string;
  close(): void;
}

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);

// How a webmail wraps the lines of a message: `{{message}}` or `{{message:form}}` in a page's source.
const FORMS: Record<string, (text: string) => string> = {
  plain: escape,
  br: (text) => text.split('\n').map(escape).join('<br>'),
  divs: (text) => text.split('\n').map((line) => `<div>${escape(line) || '<br>'}</div>`).join(''),
  quoted: (text) => text.split('\n').map((line) => escape(`> ${line}`)).join('\n'),
  // Markup in the middle of lines, and the characters that webmails put into long words and between words.
  split: (text) =>
    text
      .split('\n')
      .map((line) => {
        const middle = Math.floor(line.length / 2);
        const [left, right] = [line.slice(0, middle), line.slice(middle)].map(escape);
        if (line.startsWith('-----')) return `<span>${escape(line).replaceAll(' ', '&nbsp;')}</span>`;
        return line ? `<span>${left}</span><wbr>&shy;<b>${right}</b>` : '';
      })
      .join('<br>\n'),
  js: (text) => JSON.stringify(text).replaceAll('<', '\\u003c'),
};

function fill(source: string, armor: Armor): string {
  return source
    .replace(/\{\{(message|signed|key)(?::(\w+))?\}\}/g, (_, name: keyof Armor, form = 'plain') => {
      const render = FORMS[form];
      if (!render) throw new Error(`no form ${form}`);
      return render(armor[name].trim().replaceAll('\r\n', '\n'));
    })
    .replace('{{nodes}}', () => nodes(10_000))
    .replaceAll('{{half}}', () => nodes(5_000));
}

// Each row is two nodes: an element and its text. Dashes, so that a cheap scan has something to stumble over.
const nodes = (rows: number): string =>
  Array.from({ length: rows }, (_, i) => `<p>Row ${i} ----- of a long list, nothing to see.</p>`).join('');

/** Where `tests/build.mjs` leaves the editors. */
const BUNDLES = path.resolve('target/e2e/pages');

/** Answers with the pages. */
export function pagesWith(armor: Armor, folder = path.resolve('tests/pages')): http.RequestListener {
  const form = fs.readFileSync(path.join(folder, 'form.html'), 'utf8');
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, under = '', name = ''] = /^\/(?:(editors|sites|bundle)\/)?([\w-]+)(?:\.js)?$/.exec(pathname) ?? [];
    const script = under === 'bundle';
    const file = script ? path.join(BUNDLES, `${name}.js`) : path.join(folder, under, `${name}.html`);
    if (!fs.existsSync(file)) return void response.writeHead(404).end();
    const type = script ? 'text/javascript' : 'text/html';
    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-store' });
    const source = fs.readFileSync(file, 'utf8');
    response.end(script ? source : fill(source.replace('{{form}}', () => form), armor));
  };
}

/** Serves the pages on loopback. */
export async function startPages(armor: Armor, folder?: string): Promise<Pages> {
  const server = http.createServer(pagesWith(armor, folder));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: (name) => `http://localhost:${port}/${name}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
