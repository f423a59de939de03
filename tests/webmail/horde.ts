import fs from 'node:fs';
import path from 'node:path';
import { hordeConfig, phpOptions } from './horde-config.js';
import { freePorts, type Server } from './process.js';
import { type Needs, Webmail } from './webmail.js';

export { ACCOUNTS, type Account, DOMAIN, PASSWORD } from './config.js';

const PHP = '/usr/bin/php';
/** Horde and its mail program, as Debian's packages install them. */
const PAGES = '/usr/share/horde';
/** Its libraries. */
const LIBRARY = '/usr/share/php';
/** One of them that has to be corrected; see {@link corrected}. */
const HANDLER = 'Horde/Core/Ajax/Application/Handler.php';
const NEEDS: Needs = {
  name: 'Horde',
  files: [PHP, `${PAGES}/imp`, `${LIBRARY}/${HANDLER}`],
  user: 'www-data',
  ports: 1,
};

/**
 * Debian's Horde with IMP, its webmail, served by PHP's own web server, with a mail server. Root is not needed; started
 * by root, everything runs as www-data. Starts in under a second. Its session is all that it keeps: no database.
 *
 * Debian 12 has a Horde that was made for an older PHP than its own; what keeps it from running is mended from outside.
 */
export class Horde extends Webmail {
  static async start(ports = freePorts): Promise<Horde> {
    return Webmail.begin(NEEDS, (setup, owner) => new Horde(setup, owner), ports);
  }

  protected readonly listens = [/Development Server .* started/];

  get #port(): number {
    return this.setup.ports.own[0] ?? 0;
  }

  get url(): string {
    return `http://localhost:${this.#port}/horde/`;
  }

  get #folder(): string {
    return path.join(this.setup.dir, 'web/horde');
  }

  protected configure(): void {
    const { dir } = this.setup;
    // Horde looks for its settings below its own folder: here is one that has everything of the package's but these.
    for (const sub of ['', 'imp']) {
      mirror(path.join(PAGES, sub), path.join(this.#folder, sub), ['config', 'imp']);
      mirror(path.join(PAGES, sub, 'config'), path.join(this.#folder, sub, 'config'), []);
    }
    for (const [file, text] of Object.entries(hordeConfig(this.setup))) {
      const place = path.join(this.#folder, file);
      fs.rmSync(place, { force: true });
      fs.writeFileSync(place, text);
    }
    const instead: Record<string, string> = {
      [HANDLER]: corrected(fs.readFileSync(path.join(LIBRARY, HANDLER), 'utf8')),
      // It asks name servers, and fails on its own empty cache. What is not there Horde does without.
      'Net/DNS2/Resolver.php': '',
      'before.php': before(this.#folder),
    };
    for (const [file, text] of Object.entries(instead)) {
      const place = path.join(dir, 'php', file);
      fs.mkdirSync(path.dirname(place), { recursive: true });
      fs.writeFileSync(place, text);
    }
  }

  protected launch(): Server[] {
    const { dir } = this.setup;
    const options = {
      ...phpOptions(this.setup),
      include_path: `${dir}/php:.:${LIBRARY}`,
      auto_prepend_file: `${dir}/php/before.php`,
    };
    const ini = Object.entries(options).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
    const command = [PHP, ...ini, '-S', `127.0.0.1:${this.#port}`, '-t', `${dir}/web`];
    return [this.server('php', command, { PHP_CLI_SERVER_WORKERS: '4' })];
  }

  protected async ready(): Promise<void> {
    const first = await (await fetch(`${this.url}login.php`)).text();
    if (!first.includes('horde_pass')) throw new Error(`Horde shows no login:\n${first.slice(0, 2000)}`);
  }
}

/** A folder of links to everything in another one. */
function mirror(from: string, to: string, without: readonly string[]): void {
  fs.mkdirSync(to, { recursive: true });
  for (const name of fs.readdirSync(from)) {
    if (!without.includes(name)) fs.symlinkSync(path.join(from, name), path.join(to, name));
  }
}

/** It asks whether there is a method without a name, and takes an exception for no; PHP 8 has another kind of that. */
function corrected(source: string): string {
  const after = source.replace('catch (ReflectionException $e)', 'catch (ReflectionException | ValueError $e)');
  if (after === source) throw new Error(`${HANDLER} is not what was expected`);
  return after;
}

/** Runs before each page: where Horde is, and a function that PHP 8 has no longer. */
function before(folder: string): string {
  return `<?php
define('HORDE_BASE', '${folder}');
function each(&$list) {
    $key = key($list);
    if ($key === null) return false;
    $value = current($list);
    next($list);
    return [1 => $value, 'value' => $value, 0 => $key, 'key' => $key];
}
`;
}
