import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { until } from '../harness/until.js';
import { ACCOUNTS, type Account, DOMAIN, type Ports, type Setup, writeConfig } from './config.js';
import { Maildir } from './maildir.js';
import { freePorts, Server } from './process.js';
import { submit } from './smtp.js';

export { ACCOUNTS, type Account, DOMAIN, PASSWORD } from './config.js';

// Some of these live where a plain user's PATH does not reach.
const PROGRAMS = { dovecot: '/usr/sbin/dovecot', exim: '/usr/sbin/exim4', php: '/usr/bin/php' };
const ROUNDCUBE = '/var/lib/roundcube/public_html';
/** What each server writes when it listens. Connecting would not tell it from another program on its port. */
const LISTENS = [/Dovecot v\S+ .*starting up/, /daemon started: .*listening for SMTP/, /Development Server .* started/];
/** What a server writes whose port another program has. */
const PORT_TAKEN = /address already in use/i;
/** How often all is begun at most. */
const STARTS = 5;

/**
 * Debian's Roundcube with a real mail server, as plain processes on loopback ports, all in one temporary folder:
 * Roundcube (PHP's own web server) → Exim (SMTP) → Dovecot (LMTP, Maildir, IMAP) → Roundcube.
 *
 * Root is not needed; started by root, everything runs as www-data.
 */
export class Roundcube {
  readonly #setup: Setup;
  readonly #owner: { uid: number; gid: number } | undefined;
  #servers: Server[] = [];

  private constructor(setup: Setup, owner: { uid: number; gid: number } | undefined) {
    this.#setup = setup;
    this.#owner = owner;
  }

  /**
   * Starts all of it and returns when it serves; under a second. `ports` chooses four that are free, but another program
   * may take one before our server does: then all is begun again with other ones.
   */
  static async start(ports = freePorts): Promise<Roundcube> {
    const missing = [...Object.values(PROGRAMS), ROUNDCUBE].filter((file) => !fs.existsSync(file));
    if (missing.length > 0) {
      throw new Error(`not installed: ${missing.join(', ')}; see tests/webmail/packages.txt`);
    }
    for (let starts = 0; starts < STARTS; starts++) {
      const self = await Roundcube.#prepare(ports);
      try {
        if (await self.#start()) return self;
      } catch (error) {
        const logs = self.logs();
        await self.stop();
        throw new Error(`${String(error)}\n${logs}`);
      }
      await self.stop();
    }
    throw new Error(`Roundcube was started ${STARTS} times, and each time a port was taken away`);
  }

  /** A folder with the configuration of all servers, on ports of their own. */
  static async #prepare(choose: typeof freePorts): Promise<Roundcube> {
    // Not the user's TMPDIR: that may be long (socket names are limited) or closed to www-data.
    const dir = fs.mkdtempSync('/tmp/wxmail-');
    fs.chmodSync(dir, 0o755);
    // Also when the run is broken off.
    process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
    const root = process.getuid?.() === 0;
    const user = root ? 'www-data' : os.userInfo().username;
    const id = (flag: string): string => execFileSync('id', [flag, user], { encoding: 'utf8' }).trim();
    const owner = root ? { uid: Number(id('-u')), gid: Number(id('-g')) } : undefined;
    const [http = 0, imap = 0, smtp = 0, lmtp = 0] = await choose(4);
    const ports: Ports = { http, imap, smtp, lmtp };
    const setup: Setup = { dir, user, group: id('-gn'), ports };
    writeConfig(setup);
    for (const closed of ['mail', 'spool', 'tmp']) fs.chmodSync(path.join(dir, closed), 0o700);
    if (owner) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, dir]);
    return new Roundcube(setup, owner);
  }

  /** False when another program has one of the ports. */
  async #start(): Promise<boolean> {
    const { dir, ports, user } = this.#setup;
    const as = this.#owner
      ? ['setpriv', `--reuid=${user}`, `--regid=${this.#setup.group}`, '--init-groups', 'env', `HOME=${dir}`]
      : [];
    const log = path.join(dir, 'log/servers.log');
    const dovecot = new Server('dovecot', [...as, PROGRAMS.dovecot, '-F', '-c', `${dir}/etc/dovecot.conf`], log);
    const exim = new Server('exim', [...as, PROGRAMS.exim, '-C', `${dir}/etc/exim.conf`, '-bdf', '-q1m'], log);
    const options = {
      upload_max_filesize: '50M',
      post_max_size: '60M',
      memory_limit: '512M',
      'session.save_path': `${dir}/tmp`,
      'date.timezone': 'UTC',
    };
    const ini = Object.entries(options).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
    const php = new Server(
      'php',
      [...as, PROGRAMS.php, ...ini, '-S', `127.0.0.1:${ports.http}`, '-t', ROUNDCUBE],
      log,
      { ROUNDCUBE_CONFIG_DIR: `${dir}/roundcube`, PHP_CLI_SERVER_WORKERS: '4' },
    );
    this.#servers = [php, exim, dovecot];
    const said = await until('the servers say that they serve', () => {
      const logs = this.logs();
      if (PORT_TAKEN.test(logs)) return 'taken';
      return LISTENS.every((words) => words.test(logs)) && 'serving';
    });
    if (said === 'taken') return false;
    await Promise.all([
      dovecot.listening(ports.imap),
      dovecot.listening(ports.lmtp),
      exim.listening(ports.smtp),
      php.listening(ports.http),
    ]);
    // The first request makes the database. Two at once disturb each other, and one of them shows an error.
    const first = await (await fetch(this.url)).text();
    if (!first.includes('rcmloginuser')) throw new Error(`Roundcube shows no login:\n${first.slice(0, 2000)}`);
    return true;
  }

  /** Where the webmail is, with a slash: `http://localhost:…/`. */
  get url(): string {
    return `http://localhost:${this.#setup.ports.http}/`;
  }

  /** An account's mail on disk. */
  maildir(account: Account): Maildir {
    return new Maildir(path.join(this.#setup.dir, 'mail', account, 'Maildir'), this.#owner);
  }

  /** Sends a mail as other programs do: by SMTP, through Exim and Dovecot. Returns when the server has taken it. */
  async send(from: Account, to: Account, mail: string): Promise<void> {
    await submit(this.#setup.ports.smtp, `${from}@${DOMAIN}`, `${to}@${DOMAIN}`, mail);
  }

  /** Empties all mailboxes. */
  reset(): void {
    for (const account of ACCOUNTS) this.maildir(account).empty();
  }

  /** What the servers wrote, for a test that failed. */
  logs(): string {
    const folder = path.join(this.#setup.dir, 'log');
    return fs
      .readdirSync(folder)
      .map((file) => `== ${file}\n${fs.readFileSync(path.join(folder, file), 'utf8').slice(-4000)}`)
      .join('\n');
  }

  /** Ends the servers and removes everything. */
  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    this.#servers = [];
    fs.rmSync(this.#setup.dir, { recursive: true, force: true });
  }
}
