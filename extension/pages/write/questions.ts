// What is asked before something cannot be undone.

import type { ChoiceDialog, Question } from '../../ui/components/choice-dialog.js';
import { type TextKey, t } from '../../ui/i18n.js';

type Answers<T> = Question<T>['answers'];

/** Asks; nothing when there is no dialog to ask with. */
async function ask<T>(
  dialog: ChoiceDialog | null,
  title: TextKey,
  text: TextKey,
  answers: Answers<T>,
): Promise<T | undefined> {
  return dialog?.ask<T>({ title: t(title), text: t(text), answers });
}

/** May formatting be lost? */
export async function askPlain(dialog: ChoiceDialog | null): Promise<boolean> {
  const answers: Answers<boolean> = [
    { value: false, text: t('plain_keep') },
    { value: true, text: t('plain_drop'), kind: 'danger' },
  ];
  return (await ask(dialog, 'plain_title', 'plain_text', answers)) === true;
}

/** May a draft take the place of what is written? */
export async function askReplace(dialog: ChoiceDialog | null): Promise<boolean> {
  const answers: Answers<boolean> = [
    { value: false, text: t('cancel') },
    { value: true, text: t('draft_continue'), kind: 'danger' },
  ];
  return (await ask(dialog, 'draft_replace_title', 'draft_replace_text', answers)) === true;
}

/** May a draft go? */
export async function askDelete(dialog: ChoiceDialog | null): Promise<boolean> {
  const answers: Answers<boolean> = [
    { value: false, text: t('cancel') },
    { value: true, text: t('draft_delete'), kind: 'danger' },
  ];
  return (await ask(dialog, 'draft_delete_title', 'draft_delete_text', answers)) === true;
}

/** What becomes of a mail whose window is closed? Only one that can be kept is offered to be. */
export async function askClose(dialog: ChoiceDialog | null, keeps: boolean): Promise<'stay' | 'keep' | 'delete'> {
  const answers: Answers<'stay' | 'keep' | 'delete'> = [
    { value: 'stay', text: t('close_stay') },
    { value: 'delete', text: t(keeps ? 'draft_delete' : 'discard'), kind: 'danger' },
    ...(keeps ? [{ value: 'keep' as const, text: t('close_keep'), kind: 'primary' as const }] : []),
  ];
  const title = keeps ? 'close_title' : 'discard_title';
  return (await ask(dialog, title, keeps ? 'close_text' : 'discard_text', answers)) ?? 'stay';
}
