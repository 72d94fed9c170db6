import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem } from '../../contracts/core/problems.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { DraftSaver } from './draft-saver.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A node that keeps one draft; `down` makes it fail. */
function node() {
  const at = { revision: 1, form: {} as StudentForm, saves: 0, refusal: undefined as Problem | undefined };
  const save = async (revision: number, form: StudentForm) => {
    at.saves++;
    if (at.refusal) throw at.refusal;
    if (revision !== at.revision) throw new Problem('stale-revision');
    at.form = form;
    return { revision: ++at.revision, savedAt: `t${at.revision}` };
  };
  return { at, saver: new DraftSaver({ revision: 1, savedAt: null }, save) };
}

test('a moment after the last letter everything is saved, once', async () => {
  const { at, saver } = node();
  for (const name of ['王', '王小', '王小明']) saver.change({ name });
  expect(saver.status.state).toBe('unsaved');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(at).toMatchObject({ saves: 1, form: { name: '王小明' } });
  expect(saver.status).toMatchObject({ state: 'saved', savedAt: 't2' });
});

test('while the node does not answer it is tried again, with what was typed meanwhile', async () => {
  const { at, saver } = node();
  at.refusal = new Problem('network-down');
  saver.change({ name: '王' });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(saver.status.state).toBe('failed');
  saver.change({ name: '王小明' });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(at.saves).toBeGreaterThan(2);
  at.refusal = undefined;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(at.form).toEqual({ name: '王小明' });
  expect(saver.status.state).toBe('saved');
});

test('what another window has changed is not saved over', async () => {
  const { at, saver } = node();
  at.revision = 7;
  saver.change({ name: '王' });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(saver.status.state).toBe('stale');
  saver.change({ name: '王小明' });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(at).toMatchObject({ saves: 1, form: {} });
});

test('handing in waits for the saving on its way and then holds the others back; a refusal lets them go on', async () => {
  const { at, saver } = node();
  saver.change({ name: '王' });
  saver.flush();
  saver.change({ name: '王小明' });
  expect(await saver.settled()).toBe(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(at.saves).toBe(1);
  saver.resume();
  await vi.advanceTimersByTimeAsync(10);
  expect(at.form).toEqual({ name: '王小明' });
  saver.change({ name: '李' });
  saver.end();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(at.form).toEqual({ name: '王小明' });
});
