// A short name that hardly ever exists already. (randomUUID is there only where the page came by HTTPS.)
export const newId = (): string => [...crypto.getRandomValues(new Uint8Array(5))].map((byte) => byte.toString(36).padStart(2, "0")).join("").slice(0, 8);
