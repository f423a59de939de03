// The foot of the window: what others will see, and the buttons.

import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { importLink } from '../../ui/components/import-link.js';
import { failure, notice } from '../../ui/components/parts.js';
import { t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import type { Refused } from '../../ui/vault.js';
import { waiting } from '../compose/parts.js';
import type { Delivery } from './delivery.js';
import type { Keeping } from './keeper.js';
import { progressPart } from './outcome.js';
import { keepingLine, seenPart } from './parts.js';
import type { Writing } from './writing.js';

/** What the foot tells of the window. */
export interface FooterState {
  readonly busy: boolean;
  readonly delivery: Delivery;
  readonly keeping: Keeping;
  readonly failed: Refused | undefined;
  /** In words, when it is none of the vault's refusals. */
  readonly trouble: string | undefined;
}

/** What can be done there. */
export interface FooterActs {
  readonly unlock: () => void;
  readonly close: () => void;
}

/** The foot lies over the end of what is scrolled, and its height depends on what it says: what gets the focus shall not stay behind it. */
const resized = new ResizeObserver(([entry]) => {
  const height = entry?.borderBoxSize[0]?.blockSize ?? 0;
  document.documentElement.style.setProperty('--foot', `${height}px`);
});

function watched(foot: Element | undefined): void {
  resized.disconnect();
  if (foot) resized.observe(foot);
}

export function footerPart(
  { outgoing: mail, plan, obstacle, withoutKey, infos, exchanged }: Writing,
  { busy, delivery, keeping, failed, trouble }: FooterState,
  acts: FooterActs,
): TemplateResult {
  const signed = mail.mode === 'signed';
  return html`<footer class="write-foot" ${ref(watched)}>
    ${delivery.waiting ? waiting(acts.unlock, () => delivery.stop()) : nothing} ${progressPart(delivery, signed)}
    ${failure(failed)} ${trouble ? notice('bad', trouble, 'alert') : nothing}
    ${seenPart(plan, mail.files.length, mail.bcc.length > 0, exchanged)}
    <div class="actions">
      <button type="submit" class="primary" aria-describedby="why" title=${t('encrypt_keys')} ?disabled=${busy}>
        ${icon(signed ? 'pen' : 'lock')}<span>${t(signed ? 'sign_button' : 'encrypt')}</span>
      </button>
      <button type="button" ?disabled=${busy} @click=${acts.close}>${t('close')}</button>
      <p id="why" class="small dim" role="status">
        ${obstacle?.text ?? ''} ${signed ? nothing : importLink(...withoutKey.map((one) => infos.get(one)?.state ?? 'ready'))}
      </p>
      ${keepingLine(keeping)}
    </div>
  </footer>`;
}
