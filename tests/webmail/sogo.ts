import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { freePorts, type Server } from './process.js';
import { SQL, sogoArguments } from './sogo-config.js';
import { Front, RESOURCES } from './sogo-front.js';
import { type Needs, Webmail } from './webmail.js';

export { ACCOUNTS, type Account, DOMAIN, PASSWORD } from './config.js';

const SOGOD = '/usr/sbin/sogod';
const MEMCACHED = '/usr/bin/memcached';
/** sogod reads this file, and ends when it may not; what it is told as arguments counts more. */
const CONFIG = '/etc/sogo/sogo.conf';
/** Debian has one version of PostgreSQL at a time, in a folder that is named after it. */
const POSTGRES = newest('/usr/lib/postgresql');
/** What the database says when it can be asked. */
const READY = /database system is ready to accept connections/;
const NEEDS: Needs = {
  name: 'SOGo',
  files: [SOGOD, MEMCACHED, POSTGRES, RESOURCES],
  user: 'sogo',
  ports: 2,
};

/**
 * Debian's SOGo with its database (PostgreSQL), its cache (memcached) and a mail server. In place of a web server stands
 * a small one of ours, {@link Front}. Started by root, everything runs as the package's user `sogo`. A plain user has to
 * be in the group `sogo`, because of {@link CONFIG}. Starts in three to five seconds: the database is made new each time.
 */
export class Sogo extends Webmail {
  #front: Front | undefined;

  static async start(ports = freePorts): Promise<Sogo> {
    return Webmail.begin(NEEDS, (setup, owner) => new Sogo(setup, owner), ports);
  }

  protected readonly listens = [READY, /listening on 127\.0\.0\.1:\d+/];

  get url(): string {
    return `${this.#front?.origin ?? ''}/SOGo/`;
  }

  get #database(): string {
    return path.join(this.setup.dir, 'database');
  }

  protected configure(): void {
    fs.mkdirSync(path.join(this.setup.dir, 'run'), { recursive: true });
  }

  protected async launch(): Promise<Server[]> {
    const { dir, ports } = this.setup;
    const [web = 0, database = 0] = ports.own;
    this.#readable();
    this.#makeDatabase();
    const postgres = this.server(
      'postgres',
      // Nothing has to outlive the machine: no write waits for the disk (-F).
      [
        `${POSTGRES}/postgres`,
        '-D',
        this.#database,
        '-F',
        '-h',
        '127.0.0.1',
        '-p',
        String(database),
        '-k',
        `${dir}/run`,
      ],
      {},
      // A quick end; otherwise it waits for those who are connected.
      'SIGINT',
    );
    // sogod makes its tables when it starts, if it finds a database then, and never again.
    await this.said(READY);
    const memcached = this.server('memcached', [MEMCACHED, '-s', `${dir}/run/memcached`, '-m', '16']);
    const sogod = this.server(
      'sogod',
      [SOGOD, ...sogoArguments(this.setup)],
      {},
      // Its watchdog does not hear a polite request while it waits for a worker. There is nothing to be kept.
      'SIGKILL',
    );
    this.#front = await Front.start(web);
    return [sogod, memcached, postgres];
  }

  protected async ready(): Promise<void> {
    const first = await (await fetch(this.url)).text();
    if (!first.includes('SOGo')) throw new Error(`SOGo shows no login:\n${first.slice(0, 2000)}`);
  }

  #readable(): void {
    if (!fs.existsSync(CONFIG)) return;
    const [test = '', ...args] = this.as(['test', '-r', CONFIG]);
    if (spawnSync(test, args).status === 0) return;
    throw new Error(`SOGo may not read ${CONFIG}. Type, then log in again: sudo adduser $USER sogo`);
  }

  /** Without a server: what is there when it starts is complete. */
  #makeDatabase(): void {
    const run = (command: string[], input = ''): void => {
      const [program = '', ...args] = this.as(command);
      const log = fs.openSync(path.join(this.setup.dir, 'log/database.log'), 'a');
      execFileSync(program, args, { input, stdio: ['pipe', log, log], cwd: '/' });
      fs.closeSync(log);
    };
    const options = ['-U', 'sogo', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
    run([`${POSTGRES}/initdb`, '-D', this.#database, ...options]);
    run([`${POSTGRES}/postgres`, '--single', '-F', '-j', '-D', this.#database, 'postgres'], SQL);
  }

  override async stop(): Promise<void> {
    await this.#front?.stop();
    await super.stop();
  }
}

function newest(folder: string): string {
  const versions = fs.existsSync(folder) ? fs.readdirSync(folder).map(Number).filter(Number.isFinite) : [];
  return path.join(folder, String(Math.max(0, ...versions)), 'bin');
}
