import java.io.PrintStream;
import java.util.TreeSet;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;

/**
 * What Java's own client sees of a JVM ("host:port") in the MBeans of a pattern ("*:*"): a line for each readable
 * attribute, in text order of MBean and attribute. {"mbean":…,"attribute":…,"type":…,"value":…} with the value as
 * Canonical has it, or with "failure", the class of the innermost cause. An MBean that can't be described has one line
 * with no attribute.
 */
public final class Dump {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        try (JMXConnector connector = Login.to(arguments[0])) {
            MBeanServerConnection connection = connector.getMBeanServerConnection();
            TreeSet<String> names = new TreeSet<>();
            for (ObjectName name : connection.queryNames(new ObjectName(arguments[1]), null)) names.add(name.toString());
            for (String name : names) dump(connection, name, out);
        }
        out.flush();
        System.exit(0);
    }

    private static void dump(MBeanServerConnection connection, String name, PrintStream out) throws Exception {
        String start = "{\"mbean\":" + Canonical.quoted(name);
        MBeanInfo info;
        try {
            info = connection.getMBeanInfo(new ObjectName(name));
        } catch (Exception error) {
            out.println(start + failure(error));
            return;
        }
        TreeSet<String> lines = new TreeSet<>();
        for (MBeanAttributeInfo attribute : info.getAttributes()) {
            if (!attribute.isReadable()) continue;
            String what = ",\"attribute\":" + Canonical.quoted(attribute.getName());
            String type = ",\"type\":" + Canonical.quoted(attribute.getType());
            lines.add(start + what + type + read(connection, name, attribute.getName()));
        }
        for (String line : lines) out.println(line);
    }

    private static String read(MBeanServerConnection connection, String name, String attribute) {
        try {
            return ",\"value\":" + Canonical.of(connection.getAttribute(new ObjectName(name), attribute)) + "}";
        } catch (Exception error) {
            return failure(error);
        }
    }

    private static String failure(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && cause.getCause() != cause) cause = cause.getCause();
        return ",\"failure\":" + Canonical.quoted(cause.getClass().getName()) + "}";
    }
}
