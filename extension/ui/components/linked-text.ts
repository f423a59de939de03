// A text from a message, with its addresses as links that show where they lead.

import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../i18n.js';
import { linked, type Piece } from '../links.js';

/** The text as it is, with links in it. */
export function linkedText(text: string): (TemplateResult | string)[] {
  return linked(text).map(piece);
}

function piece(part: Piece): TemplateResult | string {
  if (!('href' in part)) return part.text;
  const really = part.really ? t('link_really', part.really) : undefined;
  // The host is drawn by the style sheet: it is not part of the message and is not copied with it.
  return html`<a
    href=${part.href}
    target="_blank"
    rel="noopener noreferrer"
    title=${part.href}
    aria-description=${really ?? nothing}
    data-really=${really ?? nothing}
    >${part.text}</a
  >`;
}
