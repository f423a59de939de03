// "How is this mail built?": its parts, and what protects them.

import { html, nothing, type TemplateResult } from 'lit';
import type { Layer, MailPart } from 'waxseal-wasm';
import { type TextKey, t } from '../i18n.js';
import { type IconName, icon } from '../icons.js';
import { fileSize } from './file-type.js';

const LAYER = {
  encrypted: ['layer_encrypted', 'lock'],
  signed: ['layer_signed', 'pen'],
} as const satisfies Record<Layer, readonly [TextKey, IconName]>;

/** The tree of parts, folded away, and below it what else tells how the mail is built. */
export function structure(whole: MailPart, more: TemplateResult): TemplateResult {
  return html`<details class="structure">
    <summary>${t('structure')}</summary>
    <p class="dim small">${t('structure_text')}</p>
    <ul class="tree">${part(whole)}</ul>
    ${more}
  </details>`;
}

function part({ media_type, name, size, layer, parts }: MailPart): TemplateResult {
  const protection = layer && LAYER[layer];
  return html`<li>
    <span class="part">
      <code>${media_type}</code>${name ? html` <bdi>${name}</bdi>` : nothing} <span class="dim">${fileSize(size)}</span>
      ${protection ? html`<span class="layer">${icon(protection[1])}${t(protection[0])}</span>` : nothing}
    </span>
    ${parts.length > 0 ? html`<ul>${parts.map(part)}</ul>` : nothing}
  </li>`;
}
