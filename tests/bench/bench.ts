// `cargo xtask bench`: ours and OpenPGP.js 6 in one page, in turn. Ratios count; the milliseconds are this machine's.
import { crypto } from './crypto.js';
import { scan } from './scan.js';
import { median, table } from './stats.js';

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 0);

const rows = (await crypto()).map(({ name, ours, theirs }) => {
  const [mine, other] = [median(ours), median(theirs)];
  return [name, ms(mine), ms(other), (other / mine).toFixed(2)];
});
process.stdout.write(`${table([['operation', 'ours ms', 'OpenPGP.js ms', 'factor'], ...rows])}\n`);
process.stdout.write(
  'Factor: time of OpenPGP.js divided by ours; above 1 we are faster. Medians, measured in turn.\n\n',
);

const costs = (await scan()).map(({ page, total, longest }) => [page, ms(total), ms(longest)]);
process.stdout.write(`${table([['the content script in a page', 'all ms', 'longest piece ms'], ...costs])}\n`);
