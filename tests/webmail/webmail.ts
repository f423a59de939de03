import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newFolder, removeFolder } from '../harness/folders.js';
import { until } from '../harness/until.js';
import { ACCOUNTS, type Account, DOMAIN, type Setup, writeMailConfig } from './config.js';
import { Maildir } from './maildir.js';
import { type freePorts, Server } from './process.js';
import { submit } from './smtp.js';

export { ACCOUNTS, type Account, DOMAIN, PASSWORD } from './config.js';

// Some of these live where a plain user's PATH does not reach.
const PROGRAMS = { dovecot: '/usr/sbin/dovecot', exim: '/usr/sbin/exim4' };
/** What each mail server writes when it listens. Connecting would not tell it from another program on its port. */
const LISTENS = [/Dovecot v\S+ .*starting up/, /daemon started: .*listening for SMTP/];
/** What a server writes whose port another program has. */
const PORT_TAKEN = /address already in use|listening socket: attempt \d+ failed/i;
/** How often all is begun at most. */
const STARTS = 5;

/** The user and group of what the servers write, when they run as somebody else than we do. */
export type Owner = { uid: number; gid: number } | undefined;

/** What has to be there before a webmail is started. */
export interface Needs {
  name: string;
  /** Files that its packages bring. */
  files: readonly string[];
  /** The system user that its servers run as when root starts them. */
  user: string;
  /** How many ports it wants besides those of the mail servers. */
  ports: number;
}

/**
 * Debian's package of a webmail with a real mail server, as plain processes on loopback ports, all in one temporary
 * folder: the webmail → Exim (SMTP) → Dovecot (LMTP, Maildir, IMAP) → the webmail. Any number of them run side by side.
 */
export abstract class Webmail {
  #servers: Server[] = [];

  protected constructor(
    protected readonly setup: Setup,
    readonly owner: Owner,
  ) {}

  /** Where the webmail is, with a slash: `http://localhost:…/`. */
  abstract get url(): string;

  /** Writes its configuration below `setup.dir`. Called once, before all else. */
  protected abstract configure(): void;

  /** Starts its servers. */
  protected abstract launch(): Promise<Server[]> | Server[];

  /** What its servers write when they listen. */
  protected abstract readonly listens: readonly RegExp[];

  /** Makes sure that it serves, once its servers listen. */
  protected abstract ready(): Promise<void>;

  /**
   * Starts a webmail and returns when it serves. `choose` finds free ports, but another program may take one before our
   * server does: then all is begun again with other ones.
   */
  protected static async begin<W extends Webmail>(
    needs: Needs,
    make: (setup: Setup, owner: Owner) => W,
    choose: typeof freePorts,
  ): Promise<W> {
    const missing = [...Object.values(PROGRAMS), ...needs.files].filter((file) => !fs.existsSync(file));
    if (missing.length > 0) {
      throw new Error(`not installed: ${missing.join(', ')}; see tests/webmail/packages.txt`);
    }
    for (let starts = 0; starts < STARTS; starts++) {
      const self = await Webmail.#prepare(needs, make, choose);
      try {
        if (await self.#start()) return self;
      } catch (error) {
        const logs = self.logs();
        await self.stop();
        throw new Error(`${String(error)}\n${logs}`);
      }
      await self.stop();
    }
    throw new Error(`${needs.name} was started ${STARTS} times, and each time a port was taken away`);
  }

  /** A folder with the configuration of all servers, on ports of their own. */
  static async #prepare<W extends Webmail>(
    needs: Needs,
    make: (setup: Setup, owner: Owner) => W,
    choose: typeof freePorts,
  ): Promise<W> {
    // Not the user's TMPDIR: that may be long (socket names are limited) or closed to the servers' user.
    const dir = newFolder('/tmp/wxmail-');
    fs.chmodSync(dir, 0o755);
    const root = process.getuid?.() === 0;
    const user = root ? needs.user : os.userInfo().username;
    const id = (flag: string): string => execFileSync('id', [flag, user], { encoding: 'utf8' }).trim();
    const owner = root ? { uid: Number(id('-u')), gid: Number(id('-g')) } : undefined;
    const [imap = 0, smtp = 0, lmtp = 0, ...own] = await choose(3 + needs.ports);
    const setup: Setup = { dir, user, group: id('-gn'), ports: { imap, smtp, lmtp, own } };
    writeMailConfig(setup);
    const self = make(setup, owner);
    self.configure();
    for (const closed of ['mail', 'spool', 'tmp']) fs.chmodSync(path.join(dir, closed), 0o700);
    if (owner) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, dir]);
    return self;
  }

  /** False when another program has one of the ports. */
  async #start(): Promise<boolean> {
    const { dir, ports } = this.setup;
    const dovecot = this.server('dovecot', [PROGRAMS.dovecot, '-F', '-c', `${dir}/etc/dovecot.conf`]);
    const exim = this.server('exim', [PROGRAMS.exim, '-C', `${dir}/etc/exim.conf`, '-bdf', '-q1m']);
    this.#servers = [exim, dovecot];
    this.#servers.unshift(...(await this.launch()));
    const said = await until('the servers say that they serve', () => {
      const logs = this.#written().join('\n');
      if (PORT_TAKEN.test(logs)) return 'taken';
      return [...LISTENS, ...this.listens].every((words) => words.test(logs)) && 'serving';
    });
    if (said === 'taken') return false;
    await Promise.all([
      dovecot.listening(ports.imap),
      dovecot.listening(ports.lmtp),
      exim.listening(ports.smtp),
      this.ready(),
    ]);
    return true;
  }

  /** Waits until the servers have written this, or that a port is taken. */
  protected async said(words: RegExp): Promise<void> {
    await until(`the servers write ${String(words)}`, () => {
      const logs = this.#written().join('\n');
      return words.test(logs) || PORT_TAKEN.test(logs);
    });
  }

  /** A command that runs as the servers' user. */
  protected as(command: readonly string[]): string[] {
    const { dir, user, group } = this.setup;
    if (!this.owner) return [...command];
    return ['setpriv', `--reuid=${user}`, `--regid=${group}`, '--init-groups', 'env', `HOME=${dir}`, ...command];
  }

  /** A server that runs as the servers' user and writes into the common log. */
  protected server(name: string, command: readonly string[], env: Record<string, string> = {}, end?: NodeJS.Signals) {
    return new Server(name, this.as(command), path.join(this.setup.dir, 'log/servers.log'), env, end);
  }

  /** An account's mail on disk. */
  maildir(account: Account): Maildir {
    return new Maildir(path.join(this.setup.dir, 'mail', account, 'Maildir'), this.owner);
  }

  /** Sends a mail as other programs do: by SMTP, through Exim and Dovecot. Returns when the server has taken it. */
  async send(from: Account, to: Account, mail: string): Promise<void> {
    await submit(this.setup.ports.smtp, `${from}@${DOMAIN}`, `${to}@${DOMAIN}`, mail);
  }

  /** Empties all mailboxes. */
  reset(): void {
    for (const account of ACCOUNTS) this.maildir(account).empty();
  }

  /** The ends of what the servers wrote, for a test that failed. */
  logs(): string {
    return this.#written(4000).join('\n');
  }

  /** What is in each log, or its end. */
  #written(size = Number.POSITIVE_INFINITY): string[] {
    const folder = path.join(this.setup.dir, 'log');
    return fs.readdirSync(folder).map((file) => {
      const text = fs.readFileSync(path.join(folder, file), 'utf8');
      return `== ${file}\n${text.slice(Math.max(0, text.length - size))}`;
    });
  }

  /** Ends the servers and removes everything. */
  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    this.#servers = [];
    await removeFolder(this.setup.dir);
  }
}

/** Waits for a message with this subject to arrive in an inbox, and returns it raw. */
export async function arrived(webmail: Webmail, account: Account, subject: string): Promise<string> {
  return until(`${account} receives "${subject}"`, () =>
    webmail
      .maildir(account)
      .messages()
      .find((message) => message.includes(`\nSubject: ${subject}\n`)),
  );
}
