// The day on which a key ends, in the user's calendar; needs no browser.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { daysOffered, daysProblem, daysUntil } from '../../extension/ui/days.js';

const { TZ } = process.env;
after(() => {
  if (TZ === undefined) delete process.env.TZ;
  else process.env.TZ = TZ;
});

const DAY = 86_400_000;

/** Each with the hours after midnight at which a day of UTC is not the day there, and the changes to and from summer time. */
const ZONES: Record<string, readonly string[]> = {
  'Europe/Berlin': ['2026-06-10T00:30', '2026-06-10T23:30', '2026-03-20T00:30', '2026-10-20T00:30'],
  'America/Los_Angeles': ['2026-06-10T18:00', '2026-06-10T09:00', '2026-12-31T23:59'],
  'Pacific/Auckland': ['2026-06-10T08:00', '2026-06-10T13:00', '2026-02-28T00:00'],
  UTC: ['2026-06-10T00:00', '2026-06-10T12:00'],
};

for (const [zone, moments] of Object.entries(ZONES)) {
  test(`a key ends on the day that was chosen: ${zone}`, () => {
    process.env.TZ = zone;
    for (const moment of moments) {
      const now = new Date(moment).getTime();
      const local = (time: number): string => new Date(time).toLocaleDateString('sv-SE');
      const { first, last } = daysOffered(now);
      const tomorrow = new Date(now);
      tomorrow.setDate(tomorrow.getDate() + 1);
      assert.equal(first, local(tomorrow.getTime()), moment);
      assert.equal(daysUntil(new Date(local(now)), now) < 1, true, `${moment}: today`);
      for (const chosen of [first, '2026-12-01', '2027-03-30', '2027-07-01', last]) {
        if (chosen < first) continue;
        const days = daysUntil(new Date(chosen), now);
        assert.equal(local(now + days * DAY), chosen, `${moment}: ${days} days`);
        assert.equal(daysProblem(days), undefined, `${moment}: ${chosen}`);
      }
      const after = new Date(new Date(last).getTime() + 2 * DAY);
      assert.equal(daysProblem(daysUntil(after, now)), 'date_far', moment);
    }
  });
}

test('no day and no end are told apart', () => {
  assert.equal(daysProblem(undefined), undefined);
  assert.equal(daysProblem(daysUntil(null)), 'date_past');
});
