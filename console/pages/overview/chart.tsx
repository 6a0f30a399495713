import { useId } from 'react';
import styles from './overview.module.css';
import { partsOf, type Series, totalsOf } from './stack.ts';

type Properties = {
  readonly title: string;
  /** The unit of the bars, in words. */
  readonly note: string;
  /** One label for each bar. */
  readonly labels: readonly string[];
  readonly series: readonly Series[];
};

const WIDTH = 240;
const HEIGHT = 60;

/** Stacked bars as a picture, and the same numbers as a table. */
export function Chart({ title, note, labels, series }: Properties) {
  const id = useId();
  const totals = series.map(({ name, tone, values }) => ({
    name,
    tone,
    total: values.reduce((sum, each) => sum + each, 0),
  }));
  return (
    <figure className={styles.chart} aria-labelledby={id}>
      <figcaption id={id}>
        <strong>{title}</strong> <span className={styles.detail}>{note}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" className={styles.picture}>
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className={styles.axis} />
        {partsOf(series, WIDTH, HEIGHT).map(({ series: index, bar, x, y, width, height }) => (
          <rect
            key={`${index} ${bar}`}
            x={x}
            y={y}
            width={width}
            height={height}
            className={styles.part}
            data-tone={series[index]?.tone}
          />
        ))}
      </svg>
      <ul className={styles.legend}>
        {totals.map(({ name, tone, total }) => (
          <li key={name} data-tone={tone}>
            <span aria-hidden="true">■</span> {name} <strong>{total.toLocaleString()}</strong>
          </li>
        ))}
        <li>most in one hour {Math.max(0, ...totalsOf(series)).toLocaleString()}</li>
      </ul>
      <details className={styles.data}>
        <summary>Data</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
        <div className={styles.scroll} tabIndex={0}>
          <table>
            <caption>{title}</caption>
            <thead>
              <tr>
                <th scope="col">Hour</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.map((label, bar) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {series.map(({ name, values }) => (
                    <td key={name}>{(values[bar] ?? 0).toLocaleString()}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
