// The files beside the text, and what pictures among them tell.

import { html, nothing, type TemplateResult } from 'lit';
import { t, tn } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { fileSize, fileType } from '../../ui/mail/file-type.js';
import { isOtherPhoto, told } from '../../ui/photo/photo.js';
import { type Arriving, type Attachment, sizeOf } from './files.js';

/** Pictures in which notes are found, or that are known to have some. (A GIF has none of a camera.) */
const PHOTO = /^image\/(?:jpeg|png|webp|heic|heif|avif|tiff)$/;

/** What can be done with the files. */
export interface FileActs {
  readonly add: (files: File[]) => void;
  readonly remove: (file: Attachment) => void;
  /** Takes out of pictures what they tell besides what is seen. */
  readonly silence: (files: readonly Attachment[]) => void;
  /** That was done this moment. */
  readonly silenced: boolean;
}

/** The list of files, with the way to add some. */
export function filesPart(files: readonly Attachment[], arriving: readonly Arriving[], acts: FileActs): TemplateResult {
  const chosen = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const list = [...(input.files ?? [])];
    input.value = '';
    acts.add(list);
  };
  const choose = (event: Event) =>
    (event.currentTarget as HTMLElement).parentElement?.querySelector<HTMLInputElement>('input[type=file]')?.click();
  const telling = files.filter(tells);
  return html`<section class="write-files" aria-label=${t('attachments')}>
    <div class="title-row">
      <button type="button" class="attach" @click=${choose}>${icon('clip')}<span>${t('attach_files')}</span></button>
      <input type="file" class="choose-files" multiple hidden aria-label=${t('attach_files')} @change=${chosen} />
      <span class="dim small" role="status">
        ${files.length > 0 ? tn(files.length, 'files_sum_one', 'files_sum_other', fileSize(sizeOf(files))) : t('attach_hint')}
        ${acts.silenced ? t('photo_removed') : nothing}
        <span class="visually-hidden">${telling.length > 0 ? t('photo_tells') : ''}</span>
      </span>
    </div>
    <ul class="plain-list file-list">
      ${files.map((file) => fileEntry(file, acts))} ${arriving.map(arrivingEntry)}
    </ul>
    ${
      telling.length > 1
        ? html`<div class="actions">
            <button type="button" class="silence-all" @click=${() => acts.silence(telling)}>${t('photo_remove_all')}</button>
          </div>`
        : nothing
    }
    ${files.some(isOpaque) ? html`<p class="hints dim">${t('photo_hint')}</p>` : nothing}
  </section>`;
}

/** It may tell where it was taken. */
function tells({ mediaType, data }: Attachment): boolean {
  return PHOTO.test(mediaType) && told(data) === 'something';
}

/** Nobody here knows what it tells. */
function isOpaque({ mediaType, data }: Attachment): boolean {
  return (PHOTO.test(mediaType) || isOtherPhoto(data)) && told(data) === 'unknown';
}

function fileEntry(file: Attachment, { remove, silence }: FileActs): TemplateResult {
  const { id, name, mediaType, data } = file;
  const type = fileType({ kind: 'other', media_type: mediaType });
  return html`<li data-file=${id}>
    <div class="file">
      <span class="avatar">${icon(type.icon)}</span>
      <div class="grow">
        <p class="file-name"><bdi>${name}</bdi></p>
        <p class="dim small">${type.text} · ${fileSize(data.length)}</p>
      </div>
      <button type="button" class="icon-only quiet remove" aria-label=${t('remove_file', name)} title=${t('remove_file', name)} @click=${() => remove(file)}>
        ${icon('cross')}
      </button>
    </div>
    ${
      tells(file)
        ? html`<p class="small warn-text">${t('photo_tells')}</p>
            <div class="actions">
              <button type="button" class="small-button" aria-label=${t('photo_remove_of', name)} @click=${() => silence([file])}>
                ${t('photo_remove')}
              </button>
            </div>`
        : nothing
    }
  </li>`;
}

function arrivingEntry({ name, size, done }: Arriving): TemplateResult {
  return html`<li>
    <div class="file">
      <div class="grow">
        <p class="file-name"><bdi>${name}</bdi></p>
        <progress max=${size} .value=${done} aria-label=${t('file_reading', name)}></progress>
      </div>
    </div>
  </li>`;
}
