import { after, before, test } from 'node:test';
import { until } from '../harness/index.js';
import { Sogo } from '../webmail/sogo.js';
import { SogoMailbox } from '../webmail/sogo-mailbox.js';
import { ALICE, type Correspondence, correspondence } from './support/correspondence.js';
import { readerWith } from './support/desk.js';
import { plain } from './support/mime.js';
let post: Correspondence<SogoMailbox>;
before(async () => {
  const show = (mailbox: SogoMailbox, subject: string) => mailbox.open(subject);
  post = await correspondence({ webmail: Sogo, mailbox: SogoMailbox, show });
});
after(() => post?.close());
test('explore', async () => {
  const { gpg, his, reading } = post;
  const { alice, bob } = post.keys;
  const armored = gpg.encrypt('words', [bob.fingerprint], alice.fingerprint);
  for (const n of ['one', 'two', 'three']) post.put(n, plain(gpg.encrypt(`words ${n}`, [bob.fingerprint], alice.fingerprint)));
  await reading.open('one');
  const view = reading.view;
  await readerWith(his, view, 'words one');
  console.log('URL', await view.url());
  console.log('POPUP', await reading.inWindow());
  await view.evaluate(() => {
    const w = window as unknown as { log: string[] };
    w.log = [];
    const t0 = performance.now();
    const state = () => {
      const faces = [...document.querySelectorAll('.sg-face > md-card > md-card-content > div > .msg-body')];
      const line = `${faces.map((f) => `${f.textContent!.trim().length}${f.closest('.ng-leave') ? 'L' : ''}${f.closest('.ng-enter') ? 'E' : ''}`).join(' + ')} ${location.hash} ${document.querySelector('.sg-md-headline')?.textContent}`;
      if (w.log.at(-1)?.replace(/^\d+ /, '') !== line) w.log.push(`${Math.round(performance.now() - t0)} ${line}`);
    };
    new MutationObserver(state).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    addEventListener('hashchange', state);
  });
  for (const n of ['two', 'three', 'one']) {
    await reading.open(n);
    await readerWith(his, view, `words ${n}`);
  }
  await view.evaluate(() => history.back());
  await until('back', async () => (await view.text('.sg-face .sg-md-headline')).trim() === 'three');
  await readerWith(his, view, `words three`);
  console.log((await view.evaluate(() => (window as unknown as { log: string[] }).log)).join('\n'));
  const base = '/SOGo/so/bob/Mail/0/';
  for (const p of ['folderINBOX/1', 'folderINBOX/999', 'folderNone/1', 'folderA%2520B/1', 'folderINBOX/folderX/1', 'folderINBOX']) {
    const [status, type, text, ms] = await view.evaluate(async (path) => {
      const t = performance.now();
      const r = await fetch(path, { redirect: 'manual' });
      const text = await r.text();
      return [r.status, r.headers.get('content-type'), text.slice(0, 200), performance.now() - t] as const;
    }, base + p);
    console.log('GET', p, status, type, Math.round(ms), JSON.stringify(text));
  }
  console.log(his.requests.map((r) => r.url).filter((u) => /folderINBOX\/\d+$/.test(u)).length, 'sources');
  void armored; void ALICE;
});
