/** A byte stream whose writer waits until its reader wants more. */
export interface PacedStream {
  readable: ReadableStream<Uint8Array>;
  /** Rejects once the reader has gone. */
  write: (chunk: Uint8Array) => Promise<void>;
  close: () => void;
  fail: (error: unknown) => void;
}

export function pacedStream(): PacedStream {
  let gone: Error | undefined;
  let wake = (): void => {};
  let out: ReadableStreamDefaultController<Uint8Array>;
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      out = controller;
    },
    pull() {
      wake();
    },
    cancel() {
      gone = new Error('the reader has gone');
      wake();
    },
  });
  return {
    readable,
    async write(chunk) {
      if (!gone) out.enqueue(chunk);
      if (!gone && (out.desiredSize ?? 0) <= 0) await new Promise<void>((resolve) => (wake = resolve));
      if (gone) throw gone;
    },
    close() {
      if (!gone) out.close();
    },
    fail(error) {
      if (!gone) out.error(error);
    },
  };
}
