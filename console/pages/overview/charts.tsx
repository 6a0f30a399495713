import { useQuery } from '@tanstack/react-query';
import { dateAndTime } from '../../dates/age.ts';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { Chart } from './chart.tsx';
import styles from './overview.module.css';
import { seriesQuery } from './overview-queries.ts';
import { codesOf } from './stack.ts';

/** The last day, by the hour in which jobs ended. */
export function Charts({ account }: { readonly account: string }) {
  const { data, error, refetch } = useQuery(seriesQuery(account));
  if (data === undefined)
    return error === null ? (
      <Loading what="the last day" />
    ) : (
      <Refusal error={error} what="The last day" again={() => void refetch()} />
    );
  const labels = data.points.map(({ at }) => dateAndTime(at));
  const values = (status: keyof (typeof data.points)[number]['by_status']) =>
    data.points.map(({ by_status }) => by_status[status]);
  return (
    <div className={styles.charts}>
      <Chart
        title="Failures by code"
        note="last 24 hours, by the hour in which they failed"
        labels={labels}
        series={codesOf(data.points.map(({ by_error_code }) => by_error_code ?? {}))}
      />
      <Chart
        title="Ended jobs"
        note="last 24 hours, per hour"
        labels={labels}
        series={[
          { name: 'succeeded', tone: 'good', values: values('succeeded') },
          { name: 'failed', tone: 'bad', values: values('failed') },
          { name: 'resolved', tone: 'idle', values: values('resolved') },
        ]}
      />
    </div>
  );
}
