import { describe, expect, it } from 'vitest';
import type { JobsSearch } from '../../../../console/jobs/jobs-search.ts';
import {
  MAX_VIEWS,
  readViews,
  searchOfView,
  viewOf,
  withoutView,
  withView,
} from '../../../../console/pages/jobs/saved-views.ts';

const SEARCH: JobsSearch = { q: 'a & b', status: ['failed', 'retrying'], code: ['auth_failed'], since: '24h' };

describe('a saved view', () => {
  it('leads to the filters that it was saved with, also after a reload', () => {
    const views = readViews(JSON.stringify(withView([], 'mine', SEARCH)));
    expect(views.map(searchOfView)).toEqual([SEARCH]);
    expect(viewOf(views, SEARCH)?.name).toBe('mine');
    expect(viewOf(views, { ...SEARCH, since: '1h' })).toBeNull();
  });

  it('replaces the one of the same name, and is gone when it is forgotten', () => {
    const views = withView(withView(withView([], 'mine', {}), 'other', {}), 'mine', SEARCH);
    expect(views.map(({ name }) => name)).toEqual(['other', 'mine']);
    expect(withoutView(views, 'mine').map(({ name }) => name)).toEqual(['other']);
  });

  it('replaces the oldest view when the maximum number is reached', () => {
    const names = Array.from({ length: MAX_VIEWS + 1 }, (_, at) => `view ${at}`);
    const views = names.reduce<ReturnType<typeof readViews>>((before, name) => withView(before, name, SEARCH), []);
    expect(views.map(({ name }) => name)).toEqual(names.slice(1));
  });

  it.each(['', '{', 'null', '{"name":"a"}', '[1, null, {"name": 1, "address": "?"}, {"name": "a"}]'])(
    'is none in %s',
    (kept) => {
      expect(readViews(kept)).toEqual([]);
    },
  );
});
