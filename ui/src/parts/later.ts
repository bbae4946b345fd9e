// A value once it has stood still for a moment: what is typed is asked for when one has stopped typing.
import { useEffect, useState } from "react";

export function useLater<T>(value: T, ms: number): T {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setLater(value);
    }, ms);
    return () => {
      clearTimeout(timer);
    };
  }, [value, ms]);
  return later;
}
