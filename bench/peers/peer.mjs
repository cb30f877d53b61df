// What a system must offer to be measured. bench/peers/NAME/peer.mjs exports `connect(store)`, which gives one of
// these.

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} version
 * @property {string} store what holds the data, for the reader
 * @property {string} durability as the server says when asked
 * @property {Record<string, string>} unsupported workloads, and why
 * @property {(workload: string, id: string, input: number) => Promise<unknown>} run one instance from its start, with
 *     all that a client says to it, to its output
 * @property {() => number} cpu_seconds used up to now by all processes of the system but the database server
 * @property {() => Promise<void>} stop leaves nothing behind: no process, no file, no table
 */

export {};
