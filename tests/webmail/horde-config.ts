// What Horde is told. Its settings are PHP; each file stands beside, or in place of, one that Debian's package brings.

import crypto from 'node:crypto';
import { DOMAIN, MAX_MAIL, type Setup } from './config.js';

type Value = string | number | boolean | readonly string[] | { readonly [name: string]: Value };

/** What PHP tells of: errors that end a program. An old one on a new PHP has a hundred smaller ones in each page. */
const FATAL = 0x1155;

/** The files of Horde's configuration, by their path below its own folder. */
export function hordeConfig({ dir, ports }: Setup): Record<string, string> {
  const horde = {
    secret_key: crypto.randomUUID(),
    server: { name: 'localhost', port: ports.own[0] ?? 0, token_lifetime: 0 },
    use_ssl: 0,
    testdisable: true,
    debug_level: FATAL,
    umask: 0o077,
    compress_pages: false,
    max_exec_time: 0,
    tmpdir: `${dir}/tmp`,
    urls: { token_lifetime: 30, hmac_lifetime: 30, pretty: false },
    cookie: { domain: '', path: '/' },
    session: { name: 'Horde', cache_limiter: 'nocache', max_time: 0, timeout: 0, use_only_cookies: true },
    // Who may log in is who has mail.
    auth: { driver: 'application', params: { app: 'imp' }, admins: [], checkip: false, checkbrowser: false },
    // How it sends; to whom is the webmail's to say, below.
    mailer: { type: 'smtp', params: {} },
    log: {
      enabled: true,
      type: 'file',
      name: `${dir}/log/horde.log`,
      priority: 'NOTICE',
      ident: 'HORDE',
      params: { append: true },
    },
    // Nothing is kept beyond the session: no database.
    prefs: { driver: 'Session', maxsize: 65_535 },
    cache: { driver: 'Null', default_lifetime: 0 },
    cachecss: false,
    cachejs: false,
    cachethemes: false,
    lock: { driver: 'Null' },
    token: { driver: 'Null' },
    history: { driver: 'Null' },
    alarms: { driver: false },
    group: { driver: 'Mock' },
    perms: { driver: 'Null' },
    share: { driver: 'Sqlng' },
    vfs: { type: 'File', params: { vfsroot: `${dir}/tmp` } },
    sessionhandler: { type: 'Builtin', hashtable: false },
    spell: { driver: '' },
    hashtable: { driver: 'none' },
    gravatar: { default: 'none' },
    image: { driver: 'Null' },
    menu: { always: false, links: {} },
    portal: { fixed_blocks: [] },
    accounts: { driver: 'null' },
    user: { verify_from_addr: false, select_view: false, force_view: 'dynamic' },
    imsp: { enabled: false },
    kolab: { enabled: false },
    nobase64_img: true,
  };
  const imp = {
    user: { allow_view_source: true },
    server: { server_list: 'none' },
    compose: {
      use_vfs: false,
      link_attachments: false,
      attach_size_limit: 0,
      attach_count_limit: 0,
      reply_limit: 200_000,
      ac_threshold: 3,
      htmlsig_img_size: 30_000,
    },
    pgp: { keylength: '0' },
    maillog: { driver: 'none' },
    sentmail: { driver: 'Null' },
    contactsimage: { backends: [] },
    tasklist: { use_tasklist: false },
    notepad: { use_notepad: false },
  };
  const server = {
    disabled: false,
    name: 'loopback',
    hostspec: '127.0.0.1',
    hordeauth: false,
    protocol: 'imap',
    port: ports.imap,
    secure: false,
    maildomain: DOMAIN,
    smtp: { host: '127.0.0.1', port: ports.smtp, secure: false, auth: false, horde_auth: false },
    cache: false,
  };
  return {
    'config/conf.php': php(`$conf = ${literal(horde)};`),
    'imp/config/conf.php': php(`$conf = array_replace($conf ?? [], ${literal(imp)});`),
    'imp/config/backends.php': php(`$servers['imap'] = ${literal(server)};`),
    // HTML is shown where it is, as most sites have it.
    'imp/config/mime_drivers.local.php': php(`$mime_drivers['html']['inline'] = true;`),
    'config/prefs.local.php': php(
      ...Object.entries({ initial_application: 'imp' }).map(
        ([name, value]) => `$_prefs['${name}']['value'] = ${literal(value)};`,
      ),
    ),
  };
}

/** Limits of PHP itself. */
export function phpOptions({ dir }: Setup): Record<string, string> {
  return {
    upload_max_filesize: `${MAX_MAIL}M`,
    post_max_size: '60M',
    memory_limit: '512M',
    'session.save_path': `${dir}/tmp`,
    'date.timezone': 'UTC',
    // Shown, what it says of an old program would be in the middle of its answers.
    display_errors: '0',
    log_errors: '1',
    error_log: `${dir}/log/php.log`,
    error_reporting: String(FATAL),
  };
}

function php(...lines: readonly string[]): string {
  return `<?php\n${lines.join('\n')}\n`;
}

function literal(value: Value): string {
  if (typeof value === 'string') return `'${value.replace(/['\\]/g, '\\$&')}'`;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  return `[${Object.entries(value)
    .map(([name, inner]) => `'${name}' => ${literal(inner)}`)
    .join(', ')}]`;
}
