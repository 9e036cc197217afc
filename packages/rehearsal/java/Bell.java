import java.util.concurrent.atomic.AtomicLong;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;

/** See the interface. */
public final class Bell extends NotificationBroadcasterSupport implements BellMBean {
    private final AtomicLong rung = new AtomicLong();

    public Bell() {
        super(new MBeanNotificationInfo(new String[] {"rehearsal.ring"}, Notification.class.getName(), "each ring"));
    }

    public long getRung() { return rung.get(); }

    public void ring(int times) {
        for (int i = 0; i < times; i++) {
            long number = rung.incrementAndGet();
            long at = 1_700_000_000_000L + number;
            Notification ring = new Notification("rehearsal.ring", this, number, at, "ring " + number);
            ring.setUserData(new Object[] {9_007_199_254_740_993L, "number " + number});
            sendNotification(ring);
        }
    }
}
