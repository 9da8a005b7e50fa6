// What the browser tells about the line, where it does (https://wicg.github.io/netinfo/).

/** Whether sending may cost her money by the megabyte, or she asked to save data. */
export const isMetered = () => {
  const line = navigator.connection;
  return Boolean(line && (line.saveData || line.type === "cellular"));
};

export const onChange = (act) => navigator.connection?.addEventListener?.("change", act);
