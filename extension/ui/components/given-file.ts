import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../i18n.js';
import { icon } from '../icons.js';
import { notice } from './parts.js';

/**
 * Asks for a file that was given out. A page never learns whether the browser saved it or the user cancelled: what depends on
 * it waits until the user says that the file is `there`. `again` gives it out once more, where the page has no button for that.
 */
export function givenFile(name: string, there: () => void, again?: () => void): TemplateResult {
  return notice(
    'plain',
    html`<p class="given" tabindex="-1">${t('given_question', name)}</p>
      <div class="actions">
        <button type="button" @click=${there}>${icon('check')}<span>${t('file_there')}</span></button>
        ${again ? html`<button type="button" @click=${again}>${icon('save')}<span>${t('save_again')}</span></button>` : nothing}
      </div>`,
    'status',
  );
}
