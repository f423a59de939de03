// How the mail is protected, how it travels, who signs it, and whether a password opens it.

import { html, nothing, type TemplateResult } from 'lit';
import type { Composition } from './composition.js';
import { modePart, signPart, travelPart, withPasswordPart } from './parts.js';
import type { PasswordChoice, Writing } from './writing.js';

/** What can be chosen there. */
export interface OptionActs {
  readonly set: (patch: Partial<Composition>) => void;
  readonly password: (choice: PasswordChoice) => void;
}

/** All choices below the text. */
export function optionsPart(writing: Writing, { set, password }: OptionActs): TemplateResult {
  const { mail, plan, form } = writing;
  const encrypted = mail.mode === 'encrypted';
  return html`<div class="options">
    <div class="parts">
      ${modePart(mail.mode, (mode) => set({ mode }))}
      ${encrypted ? travelPart(mail.travel, plan, form?.attach ?? true, (travel) => set({ travel })) : nothing}
    </div>
    <div class="parts">
      ${signPart(
        writing,
        (sign) => set({ sign }),
        (signer) => set({ signer }),
      )}
      ${encrypted ? withPasswordPart(writing.password, writing.ownKey !== undefined, password) : nothing}
    </div>
  </div>`;
}
