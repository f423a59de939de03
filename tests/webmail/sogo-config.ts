import { ACCOUNTS, DOMAIN, MAX_MAIL, PASSWORD, type Setup } from './config.js';

/** How SOGo calls an account's owner. */
const shown = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const rows = ACCOUNTS.map((name) => `('${name}', '${name}', '${PASSWORD}', '${shown(name)}', '${name}@${DOMAIN}')`);

/** What SOGo's database begins with: the accounts. All other tables SOGo makes itself. An empty line ends a statement. */
export const SQL = `create table users (c_uid text primary key, c_name text, c_password text, c_cn text, mail text);

insert into users values ${rows.join(', ')};

`;

/** What sogod is told: each key of its configuration as an argument, with a property list as its value. */
export function sogoArguments({ dir, ports }: Setup): string[] {
  const [web = 0, database = 0] = ports.own;
  const tables = `postgresql://sogo:sogo@127.0.0.1:${database}/postgres`;
  const settings: Record<string, string | number> = {
    WOPort: `127.0.0.1:${web}`,
    // Two would make the same table at the same time, and one of them fail.
    WOWorkersCount: 1,
    WOPidFile: `${dir}/run/sogo.pid`,
    WOLogFile: '-',
    WONoDetach: 'YES',
    // A child that waits for a slow disk is not replaced.
    WOWatchDogRequestTimeout: 10,
    WOMaxUploadSize: MAX_MAIL * 1024,
    SOGoMemcachedHost: `${dir}/run/memcached`,
    SOGoMailSpoolPath: `${dir}/spool`,
    SOGoProfileURL: `${tables}/sogo_user_profile`,
    OCSFolderInfoURL: `${tables}/sogo_folder_info`,
    OCSSessionsFolderURL: `${tables}/sogo_sessions_folder`,
    OCSEMailAlarmsFolderURL: `${tables}/sogo_alarms_folder`,
    SOGoIMAPServer: `imap://127.0.0.1:${ports.imap}`,
    SOGoSMTPServer: `smtp://127.0.0.1:${ports.smtp}`,
    SOGoMailingMechanism: 'smtp',
    SOGoMailDomain: DOMAIN,
    SOGoSentFolderName: 'Sent',
    SOGoTrashFolderName: 'Trash',
    SOGoDraftsFolderName: 'Drafts',
    SOGoLanguage: 'English',
    SOGoTimeZone: 'UTC',
    SOGoLoginModule: 'Mail',
    SOGoPageTitle: 'SOGo',
    // Nothing happens by itself: drafts are saved, and new mail is looked for, when a test says so.
    SOGoMailAutoSave: 0,
    SOGoRefreshViewCheck: 'manually',
    // Plain text first; a test that wants CKEditor says so in the preferences, as a person does.
    SOGoMailComposeMessageType: 'text',
    SOGoUserSources: `({type = sql; id = users; viewURL = "${tables}/users"; canAuthenticate = YES; isAddressBook = NO; userPasswordAlgorithm = none;})`,
  };
  return Object.entries(settings).flatMap(([key, value]) => [`-${key}`, String(value)]);
}
