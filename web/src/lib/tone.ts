/** The five things that a colour may mean. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'neutral';

export const tones: readonly Tone[] = ['good', 'warn', 'bad', 'info', 'neutral'];
