import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../client/index.ts';
import { api } from './api.ts';

/** The catalogue of failure codes: the words of the service for each code, and who must act. */
export const failuresQuery = queryOptions({
  queryKey: ['failures'],
  queryFn: async ({ signal }) => {
    const { data } = await api.service.failures({ signal });
    return new Map<string, Schemas['Failure']>(data.map((failure) => [failure.code, failure]));
  },
});

/** The entry of the code; null until the catalogue is read, or if it lacks the code. */
export function useFailure(code: string | null): Schemas['Failure'] | null {
  const { data } = useQuery(failuresQuery);
  return code === null ? null : (data?.get(code) ?? null);
}
