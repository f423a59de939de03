// What is on paper.

import type { View } from '../../harness/index.js';

// pdf.js is made for newer ones than ours.
if (!('withResolvers' in Promise)) {
  const withResolvers = () => {
    const made: Record<string, unknown> = {};
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
    return made;
  };
  Object.assign(Promise, { withResolvers });
}

/** The words of each sheet when a view is printed, with single spaces. */
export async function sheetsOf(view: View): Promise<string[]> {
  const { getDocument, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const loading = getDocument({ data: Uint8Array.from(await view.printed()), verbosity: VerbosityLevel.ERRORS });
  const document = await loading.promise;
  const sheets = [];
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent();
    const words = items.map((item) => ('str' in item ? item.str : ''));
    sheets.push(words.join(' ').replace(/\s+/g, ' ').trim());
  }
  await loading.destroy();
  return sheets;
}
