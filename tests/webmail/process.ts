import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { until } from '../harness/until.js';

/** The process groups of servers that run, and the signal that ends each. */
const running = new Map<number, NodeJS.Signals>();
// Also when a test run dies: a server left behind would hold its port.
process.on('exit', () => {
  for (const [group, signal] of running) kill(group, signal);
});

function kill(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // has ended already
  }
}

/** A server that stays in the foreground, with all processes it forks. */
export class Server {
  readonly #child: ChildProcess;
  #ended = false;

  /** Starts it; its output is appended to a file. `end` is the signal that ends it. */
  constructor(
    readonly name: string,
    command: string[],
    log: string,
    env: Record<string, string> = {},
    readonly end: NodeJS.Signals = 'SIGTERM',
  ) {
    const out = fs.openSync(log, 'a');
    const [program = '', ...args] = command;
    // A process group of its own, so that one signal reaches the workers too.
    const options = { detached: true, env: { ...process.env, ...env }, stdio: ['ignore' as const, out, out] };
    this.#child = spawn(program, args, options);
    fs.closeSync(out);
    this.#child.once('exit', () => this.#end());
    this.#child.once('error', () => this.#end());
    if (this.#child.pid) running.set(this.#child.pid, end);
  }

  #end(): void {
    this.#ended = true;
    if (this.#child.pid) running.delete(this.#child.pid);
  }

  /** Waits until it takes connections on a loopback port. */
  async listening(port: number): Promise<void> {
    await until(`${this.name} listens on ${port}`, () => {
      if (this.#ended) throw new Error(`${this.name} has ended`);
      return connects(port);
    });
  }

  /** Ends it and everything it started. */
  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (!pid || this.#ended) return;
    kill(pid, this.end);
    await until(`${this.name} has ended`, () => this.#ended);
  }
}

async function connects(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Ports on loopback that are free at the moment; nothing keeps them so. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((done, fail) => {
          server.once('error', fail);
          server.listen(0, '127.0.0.1', () => done((server.address() as net.AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
