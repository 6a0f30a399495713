import { expect, test } from 'vitest';
import { comparePlaces, type FolderPlace, folderPlaceOf } from '../../../functions/domain/sync/folder-order.ts';

const START = Date.parse('2026-11-02T00:00:00.000Z');
const errorAt = (ms: number) => {
  const at = new Date(START + ms).toISOString();
  return { code: 'command_failed', detail: '', since: at, at, tries: 1 } as const;
};
const place = (path: string, error: ReturnType<typeof errorAt> | null = null): FolderPlace =>
  folderPlaceOf({ path, key: `key of ${path}`, lastError: error }, START);
const ordered = (places: readonly FolderPlace[], from: FolderPlace | null = null): readonly string[] =>
  places.toSorted((one, other) => comparePlaces(one, other, from)).map(({ name }) => name);

test('INBOX comes first, then the others by name', () => {
  expect(ordered(['b', 'INBOX', 'A', 'a'].map((path) => place(path)))).toEqual(['INBOX', 'A', 'a', 'b']);
});

test('a sync that continues after a folder visits that folder and those before it last', () => {
  const places = ['a', 'b', 'c', 'd', 'INBOX'].map((path) => place(path));
  expect(ordered(places, place('b'))).toEqual(['INBOX', 'c', 'd', 'a', 'b']);
  // The folder may be missing by then.
  expect(ordered(places, place('bb'))).toEqual(['INBOX', 'c', 'd', 'a', 'b']);
});

test('folders with an error from before the sync come last', () => {
  const places = [place('INBOX', errorAt(-1)), place('a', errorAt(0)), place('b', errorAt(-60_000)), place('c')];
  expect(ordered(places)).toEqual(['a', 'c', 'INBOX', 'b']);
});

test('long names with the same beginning have different positions, and a stored position stays small', () => {
  const long = 'x'.repeat(5_000);
  const [one, other] = [
    folderPlaceOf({ path: `${long}1`, key: '1', lastError: null }, 0),
    folderPlaceOf({ path: `${long}2`, key: '2', lastError: null }, 0),
  ];
  expect(comparePlaces(one, other, null)).toBeLessThan(0);
  expect(JSON.stringify(one).length).toBeLessThan(300);
});
