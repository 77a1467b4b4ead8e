/** Telling somebody who looks elsewhere that they are asked: a system notification and a sound, each only when wanted. */
const soundKey = 'signalbox.sound';
const bannerKey = 'signalbox.notify';

function stored(key: string): boolean {
  try {
    return localStorage.getItem(key) === 'on';
  } catch {
    return false;
  }
}
function store(key: string, on: boolean): void {
  try { localStorage.setItem(key, on ? 'on' : 'off'); } catch { /* lasts until the tab is closed */ }
}

let sound = $state(stored(soundKey));
let wanted = $state(stored(bannerKey));
let permission = $state<NotificationPermission | 'unsupported'>(typeof Notification === 'undefined' ? 'unsupported' : Notification.permission);
let audio: AudioContext | null = null;

/** Two soft tones, a fourth apart. */
function chime(): void {
  try {
    audio ??= new AudioContext();
    const start = audio.currentTime + 0.02;
    [587.3, 784].forEach((pitch, i) => {
      const tone = (audio as AudioContext).createOscillator();
      const level = (audio as AudioContext).createGain();
      tone.type = 'sine';
      tone.frequency.value = pitch;
      const at = start + i * 0.14;
      level.gain.setValueAtTime(0, at);
      level.gain.linearRampToValueAtTime(0.08, at + 0.02);
      level.gain.exponentialRampToValueAtTime(0.0001, at + 0.45);
      tone.connect(level).connect((audio as AudioContext).destination);
      tone.start(at);
      tone.stop(at + 0.5);
    });
  } catch { /* A browser without sound still shows the offer. */ }
}

export const notify = {
  get sound() { return sound; },
  set sound(on: boolean) {
    sound = on;
    store(soundKey, on);
    if (on) chime();
  },
  get permission() { return permission; },
  get banners() { return wanted && permission === 'granted'; },
  /** Only ever from a click: nobody is asked unasked. */
  async askForBanners(): Promise<void> {
    if (permission === 'unsupported') return;
    if (permission === 'default') permission = await Notification.requestPermission();
    wanted = permission === 'granted';
    store(bannerKey, wanted);
  },
  stopBanners(): void {
    wanted = false;
    store(bannerKey, false);
  },
  /** No customer's words and no customer's name: a lock screen is not the desk. */
  offer(id: string, queue: string | null, open: () => void): void {
    if (sound) chime();
    if (!notify.banners || (document.visibilityState === 'visible' && document.hasFocus())) return;
    try {
      const n = new Notification('A conversation is offered to you', { body: queue ? `From ${queue}` : undefined, tag: id });
      n.onclick = () => {
        window.focus();
        open();
        n.close();
      };
    } catch { /* Some phones only allow it from a service worker. */ }
  },
};
