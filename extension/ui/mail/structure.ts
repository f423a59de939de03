// "How is this built?": the parts of a mail, the packets of a message, and what protects them.

import { html, nothing, type TemplateResult } from 'lit';
import type { Layer, MailPart, MailView, PacketLevel, ReadMessage, SignatureVerdict } from 'waxseal-wasm';
import { type TextKey, t } from '../i18n.js';
import { type IconName, icon } from '../icons.js';
import { fileSize } from './file-type.js';
import { holdContent, inWords, packetTree } from './packets.js';

const LAYER = {
  encrypted: ['layer_encrypted', 'lock'],
  signed: ['layer_signed', 'pen'],
} as const satisfies Record<Layer, readonly [TextKey, IconName]>;

/** The tree of a mail, folded away, and below it what else tells how the mail is built. */
export function structure({ structure: whole, verdict }: MailView, more: TemplateResult): TemplateResult {
  return folded('structure', 'structure_text', layers(whole), verdict.signatures, html`<ul>${part(whole)}</ul>`, more);
}

/** The same of a message that is no mail. */
export function messageStructure({ packets, verdict }: ReadMessage): TemplateResult {
  const signed = holdContent(packets)
    ? nothing
    : html`<li><span class="part">${icon('mail')}${t('cleartext_signed')}</span></li>`;
  return folded(
    'message_structure',
    'message_structure_text',
    [packets],
    verdict.signatures,
    packetTree(packets, signed),
  );
}

function folded(
  title: TextKey,
  what: TextKey,
  protections: readonly PacketLevel[][],
  signatures: readonly SignatureVerdict[],
  tree: TemplateResult,
  more: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<details class="structure">
    <summary>${t(title)}</summary>
    <div class="in-words">${protections.map((levels) => inWords(levels, signatures))}</div>
    <p class="dim small">${t(what)}</p>
    <div class="tree">${tree}</div>
    ${more}
  </details>`;
}

/** What the layers that were taken off are made of, from the outside to the inside. */
function layers({ packets, parts }: MailPart): PacketLevel[][] {
  return [...(packets.length > 0 ? [packets] : []), ...parts.flatMap(layers)];
}

function part({ media_type, name, size, layer, packets, parts }: MailPart): TemplateResult {
  const protection = layer && LAYER[layer];
  const inside = parts.length > 0 ? html`${parts.map(part)}` : nothing;
  const below = inside === nothing ? nothing : html`<ul>${inside}</ul>`;
  return html`<li>
    <span class="part">
      <code>${media_type}</code>${name ? html` <bdi>${name}</bdi>` : nothing} <span class="dim">${fileSize(size)}</span>
      ${protection ? html`<span class="layer">${icon(protection[1])}${t(protection[0])}</span>` : nothing}
    </span>
    ${packets.length > 0 ? packetTree(packets, inside) : below}
  </li>`;
}
