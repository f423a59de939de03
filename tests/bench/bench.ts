// `cargo xtask bench`: ours and OpenPGP.js 6 in one page, in turn. Ratios count; the milliseconds are this machine's.
import { type Kind, launch } from './browser.js';
import { crypto } from './crypto.js';
import { mails } from './mails.js';
import { memory } from './memory.js';
import { scan } from './scan.js';
import { site } from './site.js';
import { median, type Times, table } from './stats.js';

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

function row({ name, goal, ours, theirs }: Times): string[] {
  if (theirs.length === 0) return [name, ms(median(ours)), '-', '-', '-', ''];
  const factor = median(theirs) / median(ours);
  const missed = goal !== undefined && factor < goal ? 'missed' : '';
  return [name, ms(median(ours)), ms(median(theirs)), factor.toFixed(2), goal?.toString() ?? '-', missed];
}

const kind: Kind = process.env.WAXSEAL_BROWSER === 'firefox' ? 'firefox' : 'chromium';
const served = await site();
try {
  const browser = await launch(kind);
  try {
    const page = await browser.newPage();
    await page.goto(served.url);
    print(`${await browser.version()}\n`);
    const rows = (await crypto(page)).map(row);
    print(table([['operation', 'ours ms', 'OpenPGP.js ms', 'factor', 'goal', ''], ...rows]));
  } finally {
    await browser.close();
  }
  print(
    'Factor: time of OpenPGP.js divided by ours; above 1 we are faster. Medians, measured in turn. Goals: Chromium.\n',
  );
  const { shown, large } = await mails(kind);
  print(table([['in the real extension', 'ours ms', 'OpenPGP.js ms', 'factor', 'goal', ''], ...shown.map(row)]));
  print(
    'From the message being put into the page until the page has made room for its text, the key being unlocked.\n',
  );
  const figures = large.map((one) => [
    one.name,
    ms(one.ms),
    one.longest === undefined ? '-' : ms(one.longest),
    ms(one.bytes / 1e6),
    one.size ? (one.bytes / one.size).toFixed(1) : '-',
    one.size ? '3' : '-',
  ]);
  print(
    `${table([['readers, and files of 25 MB', 'ms', 'longest task ms', 'most MB on top', 'times the file', 'goal: below'], ...figures])}\n`,
  );
  print('Of files: what the process that grew most takes beyond what it takes for a file of 2 kB.\n');
  if (kind === 'chromium') {
    const peaks = (await memory(served.url)).map((one) => [one.name, one.side, ms(one.ms), ms(one.bytes / 1e6)]);
    print(`${table([['memory', '', 'ms', 'most MB on top'], ...peaks])}\n`);
  }
} finally {
  served.close();
}
if (kind === 'chromium') {
  const costs = (await scan()).map(({ page, total, longest }) => [page, ms(total), ms(longest)]);
  print(table([['the content script in a page', 'all ms', 'longest piece ms'], ...costs]));
} else {
  print('Memory, and what the content script costs a page, can be measured in Chromium only.');
}
