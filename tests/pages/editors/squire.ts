// The real Squire, with each line in a <div> as Fastmail and Proton have it.
import Squire from 'squire-rte';

const root = document.querySelector<HTMLElement>('#body');
if (!root) throw new Error('no #body');
const squire = new Squire(root, {
  blockTag: 'DIV',
  // The page is the test's own: nothing foreign comes in.
  sanitizeToDOMFragment: (html: string) => document.createRange().createContextualFragment(html),
});
/** What it would send: lines as drawn of its own HTML, not of the page. */
function model(): string {
  const holder = document.createElement('div');
  holder.innerHTML = squire.getHTML();
  document.body.append(holder);
  const text = holder.innerText;
  holder.remove();
  return text;
}
Object.assign(window, { model });
