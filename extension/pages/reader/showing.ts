import type { TemplateResult } from 'lit';
import { View } from '../../ui/view.js';
import type { Subject } from './opening.js';

/** What is told to an element that shows something opened: one message by itself, or a stack of a mail and its parts. */
export abstract class Showing extends View {
  static override properties = {
    subject: { attribute: false },
    tools: { attribute: false },
    inPage: { type: Boolean, attribute: 'in-page' },
    answers: { type: Boolean },
  };
  declare subject: Subject | undefined;
  /** Further buttons of the band. */
  declare tools: TemplateResult | undefined;
  /** It is in a frame of a web page, where no password may be typed. */
  declare inPage: boolean;
  /**
   * It can be answered: the user's wish is fired as `answer`. Of a stack that is the outermost; what is in it was never the
   * page's message.
   */
  declare answers: boolean;

  constructor() {
    super();
    this.subject = undefined;
    this.tools = undefined;
    this.inPage = false;
    this.answers = false;
  }
}
