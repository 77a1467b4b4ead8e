/** A number of the server as text. What cannot be said is a dash with its reason, never a zero. */
import type { Definition, Measured } from '../../lib/api/types';
import { formatDuration, formatNumber, formatPercent } from '../../lib/format';

export function valueText(value: number, unit: Measured['unit'], digits = 0): string {
  if (unit === 'ratio') return formatPercent(value, digits);
  if (unit === 'ms') return formatDuration(value);
  return formatNumber(value, Number.isInteger(value) ? 0 : 1);
}

export function measuredText(m: Measured | undefined, digits = 0): string {
  return m?.value == null ? '–' : valueText(m.value, m.unit, digits);
}

/** One line that says all there is to say, for a title or a screen reader. */
export function measuredWords(m: Measured | undefined, d: Definition | undefined): string {
  if (!m) return 'Not given';
  const name = d?.name ?? m.formula;
  const said = m.value === null ? `cannot say: ${m.cannot_say ?? 'no reason given'}` : measuredText(m, 1);
  return `${name}: ${said}. ${sampleText(m)}, ${m.window}. ${d ? `${d.formula} ` : ''}(${m.formula})`;
}

export function sampleText(m: Measured): string {
  return m.n === 1 ? 'From 1 observation' : `From ${formatNumber(m.n)} observations`;
}

/** `service_level.v1` is the formula of `service_level`. */
export function keyOf(d: Definition & { key?: string }): string {
  return d.key ?? d.id.replace(/\.v\d+$/, '');
}

/** A value for a file: what a program reads, with its unit in the column's name. */
export function csvValue(m: Measured | undefined): string {
  if (m?.value == null) return '';
  return m.unit === 'ms' ? String(Math.round(m.value)) : String(m.value);
}
