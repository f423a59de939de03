import fs from 'node:fs';
import path from 'node:path';

/** Everything that the servers of one webmail need to know. */
export interface Setup {
  /** The folder that holds configuration, mail, logs. Short: names of sockets in it have at most 107 characters. */
  dir: string;
  /** The system user and group the servers run as. */
  user: string;
  group: string;
  ports: Ports;
}

/** Loopback ports. */
export interface Ports {
  imap: number;
  smtp: number;
  lmtp: number;
  /** Those of the webmail itself, as many as it asked for. */
  own: number[];
}

/** The domain of all accounts. Exim refuses every other, so no test can send mail into the world. */
export const DOMAIN = 'example.test';
/** The accounts, each with {@link PASSWORD}. */
export const ACCOUNTS = ['alice', 'bob'] as const;
export type Account = (typeof ACCOUNTS)[number];
export const PASSWORD = 'test';
/** The largest mail that Exim takes, in MiB. */
export const MAX_MAIL = 50;

/** Writes the configuration of Dovecot and Exim below `setup.dir`, which must be there. */
export function writeMailConfig(setup: Setup): void {
  const { dir } = setup;
  for (const sub of ['etc', 'log', 'run', 'mail', 'spool', 'tmp', 'dovecot']) {
    fs.mkdirSync(path.join(dir, sub), { recursive: true });
  }
  const write = (file: string, text: string): void => fs.writeFileSync(path.join(dir, file), text);
  write('etc/users', ACCOUNTS.map((name) => `${name}@${DOMAIN}:{PLAIN}${PASSWORD}\n`).join(''));
  write('etc/dovecot.conf', dovecot(setup));
  write('etc/exim.conf', exim(setup));
}

// IMAP for the webmail, LMTP for Exim. Rootless: every service runs as one user and none is chrooted.
function dovecot({ dir, user, group, ports }: Setup): string {
  return `instance_name = waxseal-test
base_dir = ${dir}/dovecot
state_dir = ${dir}/dovecot
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
first_valid_uid = 1
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = ${dir}/log/dovecot.log
auth_username_format = %Lu
auth_default_realm = ${DOMAIN}
mail_home = ${dir}/mail/%n
mail_location = maildir:~/Maildir
passdb {
  driver = passwd-file
  args = ${dir}/etc/users
}
userdb {
  driver = static
  args = uid=${user} gid=${group} home=${dir}/mail/%n
}
namespace inbox {
  inbox = yes
  mailbox Drafts {
    auto = subscribe
    special_use = \\Drafts
  }
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
  mailbox Trash {
    auto = subscribe
    special_use = \\Trash
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
`;
}

// SMTP for the webmail: takes mail for our own domain and hands it to Dovecot at once.
function exim({ dir, user, group, ports }: Setup): string {
  return `exim_path = /usr/sbin/exim4
exim_user = ${user}
exim_group = ${group}
admin_groups = ${group}
primary_hostname = mail.${DOMAIN}
spool_directory = ${dir}/spool
log_file_path = ${dir}/log/exim-%slog
local_interfaces = <; [127.0.0.1]:${ports.smtp}
pid_file_path = ${dir}/run/exim.pid
deliver_drop_privilege = true
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
message_size_limit = ${MAX_MAIL}M
acl_smtp_rcpt = recipients
acl_smtp_data = accept
begin acl
recipients:
  accept  domains = ${DOMAIN}
          hosts = 127.0.0.1
          verify = recipient
  deny    message = only ${DOMAIN} is served here
begin routers
accounts:
  driver = accept
  domains = ${DOMAIN}
  local_parts = ${ACCOUNTS.join(' : ')}
  transport = lmtp
begin transports
lmtp:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  port = ${ports.lmtp}
  allow_localhost
begin retry
* * F,10m,5s
`;
}
