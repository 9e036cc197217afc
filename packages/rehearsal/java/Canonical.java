import java.io.File;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/**
 * A value as JSON text in one form only, so that two clients can be compared by comparing text. README.md beside
 * packages/rehearsal has the table. Types that JavaScript does not tell apart (int and long, text and enum) look alike.
 */
final class Canonical {
    // 2^53: up to it a whole double is an exact integer.
    private static final double WHOLE_MAX = 9_007_199_254_740_992.0;

    private static final Class<?>[] TEXTS = {
        String.class, Character.class, ObjectName.class, UUID.class, URI.class, URL.class, File.class, TemporalAccessor.class,
        TemporalAmount.class, InetAddress.class, Locale.class,
    };

    static String of(Object value) {
        return of(value, new ArrayDeque<>());
    }

    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c >= ' ' && c < 127) out.append(c);
            else out.append(String.format("\\u%04x", (int) c));
        }
        return out.append('"').toString();
    }

    private static String of(Object value, Deque<Object> within) {
        if (value == null) return "null";
        String plain = plain(value);
        if (plain != null) return plain;
        for (Object outer : within) if (outer == value) return "{\"cycle\":true}";
        within.push(value);
        try {
            return compound(value, within);
        } finally {
            within.pop();
        }
    }

    private static String plain(Object value) {
        if (value instanceof Boolean || value instanceof AtomicBoolean) return value.toString();
        if (value instanceof Double || value instanceof Float) return number(((Number) value).doubleValue());
        if (value instanceof BigDecimal) return quoted(((BigDecimal) value).toPlainString());
        if (value instanceof BigInteger) return value.toString();
        boolean isOwn = value.getClass().getName().startsWith("java.");
        if (isOwn && value instanceof Number) return Long.toString(((Number) value).longValue());
        if (value instanceof Date) return "{\"date\":" + ((Date) value).getTime() + "}";
        if (value instanceof Enum) return quoted(((Enum<?>) value).name());
        if (value instanceof Class) return quoted(((Class<?>) value).getName());
        if (value instanceof byte[]) return "{\"bytes\":\"" + hex((byte[]) value) + "\"}";
        return isText(value) ? quoted(value.toString()) : null;
    }

    private static boolean isText(Object value) {
        for (Class<?> type : TEXTS) if (type.isInstance(value)) return true;
        return false;
    }

    private static String compound(Object value, Deque<Object> within) {
        if (value instanceof CompositeData) return composite((CompositeData) value, within);
        if (value instanceof TabularData) return "{\"rows\":" + sorted(((TabularData) value).values(), within) + "}";
        if (value instanceof Map) return map((Map<?, ?>) value, within);
        if (value instanceof Set) return "{\"set\":" + sorted((Set<?>) value, within) + "}";
        if (value instanceof Collection) return list(new ArrayList<Object>((Collection<?>) value), within);
        if (value.getClass().isArray()) {
            List<Object> elements = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) elements.add(Array.get(value, i));
            return list(elements, within);
        }
        return "{\"object\":" + quoted(value.getClass().getName()) + "}";
    }

    /** Bits, since the shortest decimal of a double is another one in Java before 19 than in JavaScript. */
    private static String number(double value) {
        if (Double.isNaN(value)) return "{\"f64\":\"NaN\"}";
        if (value == 0 && 1 / value > 0) return "0";
        if (value != 0 && value == Math.rint(value) && Math.abs(value) <= WHOLE_MAX) return Long.toString((long) value);
        return String.format("{\"f64\":\"%016x\"}", Double.doubleToLongBits(value));
    }

    private static String composite(CompositeData value, Deque<Object> within) {
        List<String> items = new ArrayList<>();
        for (String key : value.getCompositeType().keySet()) {
            items.add(quoted(key) + ":" + of(value.get(key), within));
        }
        Collections.sort(items);
        return "{\"composite\":{" + String.join(",", items) + "}}";
    }

    private static String map(Map<?, ?> value, Deque<Object> within) {
        List<String> entries = new ArrayList<>();
        for (Map.Entry<?, ?> entry : value.entrySet()) {
            entries.add("[" + of(entry.getKey(), within) + "," + of(entry.getValue(), within) + "]");
        }
        Collections.sort(entries);
        return "{\"map\":[" + String.join(",", entries) + "]}";
    }

    private static String list(List<?> elements, Deque<Object> within) {
        return "[" + String.join(",", texts(elements, within)) + "]";
    }

    private static String sorted(Collection<?> elements, Deque<Object> within) {
        List<String> texts = texts(elements, within);
        Collections.sort(texts);
        return "[" + String.join(",", texts) + "]";
    }

    private static List<String> texts(Collection<?> elements, Deque<Object> within) {
        List<String> texts = new ArrayList<>();
        for (Object element : elements) texts.add(of(element, within));
        return texts;
    }

    private static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte b : bytes) out.append(String.format("%02x", b));
        return out.toString();
    }
}
