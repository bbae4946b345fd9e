// How a browser tells somebody who looks elsewhere: a short sound, and a notification where it was allowed.

/** Two soft tones. Browsers let a page sound only after somebody has used it. */
export function chime(): void {
  try {
    const audio = new AudioContext();
    for (const [ix, pitch] of [660, 880].entries()) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const begin = audio.currentTime + ix * 0.18;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, begin);
      volume.gain.exponentialRampToValueAtTime(0.2, begin + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.3);
      tone.connect(volume).connect(audio.destination);
      tone.start(begin);
      tone.stop(begin + 0.32);
    }
    setTimeout(() => void audio.close(), 1500);
  } catch {
    // No sound: the words stay.
  }
}

/** Asks once, when somebody makes a watch; never out of the blue. */
export function askToNotify(): void {
  if ("Notification" in window && Notification.permission === "default") void Notification.requestPermission();
}

export function notify(title: string, words: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted" || !document.hidden) return;
  try {
    new Notification(title, { body: words });
  } catch {
    // Some phones allow notifications from workers only.
  }
}
