/** What a Worker needs for a first use. */
export interface FirstUse {
  /** A secret key. */
  armored: string;
  fingerprint: string;
  passphrase: string;
  text: string;
}
