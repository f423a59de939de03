import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { DOMAIN, MAX_MAIL, type Setup } from './config.js';
import { freePorts, type Server } from './process.js';
import { type Needs, Webmail } from './webmail.js';

export { ACCOUNTS, type Account, DOMAIN, PASSWORD } from './config.js';

const PHP = '/usr/bin/php';
const PAGES = '/var/lib/roundcube/public_html';
/** Removes what was deleted long ago: whoever opens the database first makes its tables. */
const CLEAN = '/usr/share/roundcube/bin/cleandb.sh';
const NEEDS: Needs = { name: 'Roundcube', files: [PHP, PAGES, CLEAN], user: 'www-data', ports: 1 };

/**
 * Debian's Roundcube, served by PHP's own web server, with a mail server. Root is not needed; started by root,
 * everything runs as www-data. Starts in under a second.
 */
export class Roundcube extends Webmail {
  static async start(ports = freePorts): Promise<Roundcube> {
    return Webmail.begin(NEEDS, (setup, owner) => new Roundcube(setup, owner), ports);
  }

  protected readonly listens = [/Development Server .* started/];

  get #port(): number {
    return this.setup.ports.own[0] ?? 0;
  }

  get url(): string {
    return `http://localhost:${this.#port}/`;
  }

  protected configure(): void {
    const folder = path.join(this.setup.dir, 'roundcube');
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'config.inc.php'), config(this.setup));
    // Roundcube looks for these beside its configuration.
    for (const file of ['defaults.inc.php', 'mimetypes.php']) {
      fs.symlinkSync(`/etc/roundcube/${file}`, path.join(folder, file));
    }
  }

  protected launch(): Server[] {
    const { dir } = this.setup;
    const options = {
      upload_max_filesize: `${MAX_MAIL}M`,
      post_max_size: '60M',
      memory_limit: '512M',
      'session.save_path': `${dir}/tmp`,
      'session.gc_maxlifetime': String(24 * 60 * 60),
      'date.timezone': 'UTC',
    };
    const ini = Object.entries(options).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
    const env = { ROUNDCUBE_CONFIG_DIR: `${dir}/roundcube` };
    // Two who log in at once would both make them, and one of them would have no identity to send from.
    const [program = '', ...args] = this.as([PHP, CLEAN]);
    execFileSync(program, args, { env: { ...process.env, ...env }, cwd: '/' });
    if (fs.statSync(`${dir}/roundcube.db`).size === 0) throw new Error('Roundcube has not made its tables');
    const command = [PHP, ...ini, '-S', `127.0.0.1:${this.#port}`, '-t', PAGES];
    return [this.server('php', command, { ...env, PHP_CLI_SERVER_WORKERS: '4' })];
  }

  protected async ready(): Promise<void> {
    const first = await (await fetch(this.url)).text();
    if (!first.includes('rcmloginuser')) throw new Error(`Roundcube shows no login:\n${first.slice(0, 2000)}`);
  }
}

function config({ dir, ports }: Setup): string {
  const settings: Record<string, string | number | boolean> = {
    db_dsnw: `sqlite:///${dir}/roundcube.db?mode=0640`,
    imap_host: `127.0.0.1:${ports.imap}`,
    smtp_host: `127.0.0.1:${ports.smtp}`,
    smtp_user: '',
    smtp_pass: '',
    username_domain: DOMAIN,
    mail_domain: DOMAIN,
    des_key: crypto.randomBytes(12).toString('hex'),
    log_dir: `${dir}/log`,
    temp_dir: `${dir}/tmp`,
    skin: 'elastic',
    language: 'en_US',
    // In its database, two requests at once forget what the other one has kept: a form just begun, a file just attached.
    session_storage: 'php',
    // Minutes: a tab that rests while another browser writes stays logged in.
    session_lifetime: 24 * 60,
    enable_spellcheck: false,
    htmleditor: 0, // plain text first; the page's own button switches to the HTML editor
    // Nothing happens by itself: drafts are saved when a test says so, and none is offered to be restored.
    draft_autosave: 0,
    compose_save_localstorage: false,
  };
  const php = (value: string | number | boolean): string =>
    typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : String(value);
  const lines = Object.entries(settings).map(([name, value]) => `$config['${name}'] = ${php(value)};\n`);
  return `<?php\n$config = ['plugins' => []];\n${lines.join('')}`;
}
