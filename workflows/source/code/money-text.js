/** A decimal string as people read it: `1,234.50`; of less than a cent the first two digits that are not 0. */
export function moneyText(amount) {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  const small = whole === "0" && /^00\d*?[1-9]\d?/.exec(fraction);
  if (small) return `${sign}0.${small[0]}`;
  const cents = String(BigInt(whole + fraction.padEnd(2, "0").slice(0, 2)) + (fraction[2] >= "5" ? 1n : 0n)).padStart(
    3,
    "0",
  );
  return `${sign}${cents.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${cents.slice(-2)}`;
}

export const escapeHtml = (text) =>
  String(text).replace(
    /[&<>"']/g,
    (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[character],
  );
