import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PATIENCE } from '../../harness/index.js';

/** A key pair that gpg made, as a person could hand it out. */
export interface GpgKey {
  /** 40 lower-case hexadecimal digits. */
  fingerprint: string;
  /** Armored certificate. */
  public: string;
  /** Armored secret key, protected by the passphrase it was made with (if any). */
  secret: string;
}

/** How a key is made. */
export interface GpgKeyOptions {
  /** `future-default` is Ed25519 with X25519. */
  algorithm?: string;
  /** Empty means an unprotected key. */
  passphrase?: string;
  /** gpg's notation: `2y`, `0` (never), `20210101T000000`. */
  expires?: string;
  /** Make it as if it were that time: `20200101T000000`. */
  at?: string;
}

/**
 * GnuPG with a home of its own: the other OpenPGP program of these tests. What it makes is made new in each run, so no
 * key material lies in the repository, and dates are never too old.
 */
export class Gpg {
  readonly home: string;

  constructor() {
    // Short: gpg-agent's socket lies in it, and such paths are limited to 107 bytes.
    this.home = fs.mkdtempSync(path.join(os.tmpdir(), 'wxg-'));
    fs.chmodSync(this.home, 0o700);
    // What a passphrase costs is a matter of tests/hostile; each count of gpg's own takes a browser half a second.
    fs.writeFileSync(path.join(this.home, 'gpg-agent.conf'), 's2k-count 65536\n');
    fs.writeFileSync(path.join(this.home, 'gpg.conf'), 'no-tty\nbatch\nyes\ntrust-model always\nno-auto-key-locate\n');
    // gpg waits five seconds for its agent, which is not always enough where browsers start at the same time.
    const launch = () => spawnSync('gpgconf', ['--homedir', this.home, '--launch', 'gpg-agent'], this.#options);
    for (let turn = 0; turn < 5 && launch().status !== 0; turn++);
  }

  #args(args: string[]): string[] {
    return ['--homedir', this.home, '--pinentry-mode', 'loopback', '--quiet', ...args];
  }

  get #options() {
    return { maxBuffer: 64 << 20, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: this.home } };
  }

  /** Runs gpg and returns what it writes. Throws with its own words when it fails. */
  run(args: string[], input: string | Buffer = ''): Buffer {
    return execFileSync('gpg', this.#args(args), { ...this.#options, input, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  /** Makes a key. */
  key(userId: string, options: GpgKeyOptions = {}): GpgKey {
    const { algorithm = 'future-default', passphrase = '', expires = '2y', at } = options;
    const clock = at ? ['--faked-system-time', at] : [];
    const args = [...clock, '--passphrase', passphrase, '--quick-gen-key', userId, algorithm, 'default', expires];
    const status = this.run(['--status-fd', '1', ...args]).toString();
    const fingerprint = /KEY_CREATED \w ([0-9A-F]{40})/.exec(status)?.[1];
    if (!fingerprint) throw new Error(`gpg made no key: ${status}`);
    return this.exported(fingerprint.toLowerCase(), passphrase);
  }

  /** A stored key pair. */
  exported(fingerprint: string, passphrase = ''): GpgKey {
    return {
      fingerprint,
      public: this.run(['--armor', '--export', fingerprint]).toString(),
      secret: this.run(['--armor', '--passphrase', passphrase, '--export-secret-keys', fingerprint]).toString(),
    };
  }

  /** Adds a user ID. */
  addUserId(fingerprint: string, userId: string, passphrase = ''): void {
    this.run(['--passphrase', passphrase, '--quick-add-uid', fingerprint, userId]);
  }

  /** Withdraws a key with the revocation certificate that gpg wrote when it made the key ("no reason": a hard one). */
  revoke(fingerprint: string): void {
    const file = path.join(this.home, 'openpgp-revocs.d', `${fingerprint.toUpperCase()}.rev`);
    // A colon guards it against being imported by accident.
    this.run(['--import'], fs.readFileSync(file, 'utf8').replace(':-----BEGIN', '-----BEGIN'));
  }

  /** Imports keys, and returns the fingerprints that gpg names. */
  import(keys: string | Buffer, passphrase = ''): string[] {
    const status = this.run(['--status-fd', '1', '--passphrase', passphrase, '--import'], keys).toString();
    return [...status.matchAll(/IMPORT_OK \d+ ([0-9A-F]{40})/g)].map((m) => (m[1] ?? '').toLowerCase());
  }

  /** Deletes a key from this home, secret part and all. */
  forget(fingerprint: string): void {
    this.run(['--delete-secret-and-public-key', fingerprint]);
  }

  /** Encrypts, and signs when a signer is named. Extra arguments come first. */
  encrypt(text: string | Buffer, to: string[], signer?: string, extra: string[] = []): string {
    const sign = signer ? ['--sign', '--local-user', signer] : [];
    const recipients = to.flatMap((one) => ['--recipient', one]);
    return this.run(['--passphrase', '', ...extra, '--armor', ...sign, ...recipients, '--encrypt'], text).toString();
  }

  /** Encrypts packets as they are, without wrapping them in a literal data packet: for what no honest program sends. */
  encryptPackets(packets: Buffer, to: string): Buffer {
    return this.run(['--no-literal', '-z', '0', '--recipient', to, '--encrypt'], packets);
  }

  /** A message in the cleartext signature framework. */
  clearsign(text: string, signer: string, extra: string[] = []): string {
    return this.run([...extra, '--passphrase', '', '--local-user', signer, '--clearsign'], text).toString();
  }

  /** Decrypts. `signers` are the fingerprints of good signatures; unknown signers are no error. */
  decrypt(message: string, passphrase = ''): { text: string; signers: string[] } {
    const file = path.join(this.home, 'out');
    const args = ['--status-fd', '1', '--passphrase', passphrase, '--output', file, '--decrypt'];
    const { stdout, stderr } = spawnSync('gpg', this.#args(args), { ...this.#options, input: message });
    const status = stdout.toString();
    if (!status.includes('DECRYPTION_OKAY')) throw new Error(`gpg does not decrypt it: ${stderr}`);
    const signers = [...status.matchAll(/VALIDSIG ([0-9A-F]+)/g)].map((m) => (m[1] ?? '').toLowerCase());
    return { text: fs.readFileSync(file, 'utf8'), signers };
  }

  /** The session key of a message: cipher number and key. */
  sessionKey(message: Buffer): { cipher: number; key: Buffer } {
    const status = this.run(['--status-fd', '1', '--show-session-key', '--output', '/dev/null', '--decrypt'], message);
    const found = /SESSION_KEY (\d+):([0-9A-F]+)/.exec(status.toString());
    if (!found) throw new Error('gpg showed no session key');
    return { cipher: Number(found[1]), key: Buffer.from(found[2] ?? '', 'hex') };
  }

  /** Ends the agent and removes the home. */
  close(): void {
    execFileSync('gpgconf', ['--homedir', this.home, '--kill', 'all']);
    const end = Date.now() + PATIENCE;
    // The agent has been told to end, and may still write.
    while (fs.existsSync(this.home)) {
      try {
        fs.rmSync(this.home, { recursive: true, force: true });
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }
}
