// Draws the PNG icons from the two SVG drawings with the installed Chromium: `node extension/icons/render.mjs`.
// Small sizes have a drawing of their own, because fine lines turn to mud at 16 pixels.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const chromium = process.env.WAXSEAL_CHROMIUM || '/usr/bin/chromium';
const scratch = mkdtempSync(join(tmpdir(), 'waxseal-icons-'));

for (const size of [16, 32, 48, 128]) {
  const source = readFileSync(join(here, size <= 32 ? 'seal-small.svg' : 'seal.svg'), 'utf8');
  const page = join(scratch, `${size}.html`);
  const sized = source.replace('width="128" height="128"', `width="${size}" height="${size}"`);
  writeFileSync(page, `<!doctype html><style>body{margin:0}svg{display:block}</style>${sized}`);
  execFileSync(
    chromium,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      '--force-device-scale-factor=1',
      '--default-background-color=00000000',
      `--window-size=${size},${size}`,
      `--screenshot=${join(here, `${size}.png`)}`,
      pathToFileURL(page).href,
    ],
    { stdio: 'ignore' },
  );
}
rmSync(scratch, { recursive: true });
