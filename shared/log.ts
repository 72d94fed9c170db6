import pino from 'pino';

export type Log = pino.Logger;

/** 18- and 15-digit id numbers, wherever they slip into a log line, keep only their first six and last four characters. */
const idNumber = /(?<![0-9A-Za-z])([1-9]\d{5})(?:\d{8}|\d{5})(\d{3}[0-9Xx]|\d{4})(?![0-9A-Za-z])/g;

export function maskIdNumbers(line: string): string {
  return line.replace(idNumber, '$1********$2');
}

/** One logger a node; subsystems take `log.child({ part: 'outbox' })`. Every line passes the id-number mask. */
export function openLog(node: string, level: string): Log {
  const masked = { write: (line: string) => void process.stdout.write(maskIdNumbers(line)) };
  return pino({ level, base: { node }, timestamp: pino.stdTimeFunctions.isoTime }, masked);
}

export const silentLog: Log = pino({ level: 'silent' });
